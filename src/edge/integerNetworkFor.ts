import { UsageError } from "../errors.ts";
import { bindShapes, type Graph } from "../graph/index.ts";
import { layeredNetwork, type QuantizationScheme } from "../quant/index.ts";
import { compileNetwork, type IntegerNetwork, quantizeSignal } from "../quant/integerNetwork/index.ts";
import { foldConstants } from "../runtime/foldConstants.ts";
import type { Engine } from "../runtime/session.ts";
import { montageFeeds } from "../runtime/windowRunner.ts";
import type { PlacedChannel } from "../signal/index.ts";

/** A quantised network that takes windows of any shape. */
export interface AnyShape {
  /** Inputs `x` and `montage`. */
  readonly graph: Graph;
  readonly scheme: QuantizationScheme;
  /** From locations and sensors to `montage`. */
  readonly montage: Graph;
}

/** One that takes windows of some channels, and the montage that it is given with them. */
export interface FixedShape {
  readonly network: IntegerNetwork;
  /** (C, D), in the scale of its tensor. */
  readonly montage: Int16Array;
}

/**
 * The network in whole numbers for windows of these channels.
 * @param patchSize samples of a patch
 * @throws UsageError for a length that is no whole number of patches; GraphError as `compileNetwork`
 */
export async function integerNetworkFor(
  { graph, scheme, montage }: AnyShape,
  {
    channels,
    nTimes,
    patchSize,
  }: { readonly channels: readonly PlacedChannel[]; readonly nTimes: number; readonly patchSize: number },
  engine: Engine,
): Promise<FixedShape> {
  const patches = nTimes / patchSize;
  if (channels.length === 0 || !Number.isInteger(patches) || patches < 1) {
    throw new UsageError({
      where: "window",
      what: "has no shape that the network takes",
      expected: `at least one channel and a multiple of ${patchSize} samples`,
      got: `${channels.length} channels, ${nTimes} samples`,
    });
  }
  const bound = await foldConstants(bindShapes(graph, { B: 1, C: channels.length, S: patches }), engine);
  const network = compileNetwork(layeredNetwork(bound), scheme);
  const session = await engine.createSession(montage, { threads: 1 });
  try {
    const placed = (await session.run(montageFeeds({ used: channels })))["montage"];
    return { network, montage: quantizeSignal(placed.data as Float32Array, network.tensors[network.montage].scale) };
  } finally {
    await session.close();
  }
}

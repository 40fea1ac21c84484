import { float32, type Tensor } from "../graph/index.ts";
import { type PanlunaSizes, parameterSpecs, randomStream, type Weights } from "../model/index.ts";
import type { TrainableTensor } from "./optimizer/groups.ts";

/** A linear map that gets an adapter: `W + (α/r)·B A`, A (r, inner), B (out, r). */
export interface LoraTarget {
  /** Name in the state dict without `.weight` or `_weight`: "blocks.0.attn.qkv_proj", "cross_attn.cross_attention.in_proj". */
  readonly module: string;
  /** Its weight in the state dict. */
  readonly weight: string;
  readonly out: number;
  readonly inner: number;
}

/** Projections of attentions: of the blocks, of the cross-attention to the channels, and of the self-attention among queries (SPEC.md §8). */
const TARGET =
  /^(blocks\.\d+\.attn\.(?:qkv_proj|proj)|cross_attn\.(?:cross_attention|query_self_attn\.layers\.\d+\.self_attn)\.(?:in_proj|out_proj))[._]weight$/;

/** The layers that are adapted, in the order of the state dict. The packed `in_proj` of an attention is adapted as one matrix, as peft does. */
export function loraTargets(sizes: PanlunaSizes): LoraTarget[] {
  return parameterSpecs(sizes, { kind: "none" }).flatMap(({ name, shape }) => {
    const module = TARGET.exec(name)?.[1];
    return module === undefined ? [] : [{ module, weight: name, out: shape[0], inner: shape[1] }];
  });
}

/** Names and shapes of the adapters: `<module>.lora_A` (r, inner), `<module>.lora_B` (out, r). */
export function loraTensors(targets: readonly LoraTarget[], rank: number): TrainableTensor[] {
  return targets.flatMap(({ module, out, inner }) => [
    { name: `${module}.lora_A`, shape: [rank, inner] },
    { name: `${module}.lora_B`, shape: [out, rank] },
  ]);
}

/**
 * Adapters before training, as peft makes them: A uniform in ±1/√inner (Kaiming-uniform with a = √5), B zero, so that the model starts unchanged.
 * Depends on (seed, name, shape) alone.
 */
export function initializeLora(targets: readonly LoraTarget[], rank: number, seed: number): Weights {
  const start = ({ name, shape }: TrainableTensor): Tensor => {
    const count = shape[0] * shape[1];
    if (name.endsWith(".lora_B")) return float32(new Float32Array(count), shape);
    const bound = 1 / Math.sqrt(shape[1]);
    const uniform = randomStream(seed, `lora/${name}`).uniform(0, count);
    return float32(
      uniform.map((u) => bound * (2 * u - 1)),
      shape,
    );
  };
  return new Map(loraTensors(targets, rank).map((tensor) => [tensor.name, start(tensor)]));
}

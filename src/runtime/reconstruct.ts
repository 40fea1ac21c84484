import { UsageError } from "../errors.ts";
import { type PanlunaSizes, randomStream } from "../model/index.ts";
import {
  type ChannelReport,
  type Contract,
  channelRows,
  type Recording,
  type WindowBatch,
  type WindowBatchOptions,
} from "../signal/index.ts";
import { type Epoch, epochsOf, type RecordingOptions } from "./epochs.ts";
import type { FeedTensor, Session } from "./session.ts";
import { type OnProgress, repeated, runWindows } from "./windowRunner.ts";

/** What to hide. */
export interface ReconstructOptions extends RecordingOptions {
  /** Share of patches hidden in every window, 0 to 1; 0.5 if not given, as in pretraining. */
  readonly maskRatio?: number;
  /** Hide these channels (canonical names) whole instead: what does the rest know of them? */
  readonly maskChannels?: readonly string[];
  /** Seed of the masks. */
  readonly seed?: number;
  /** Windows to reconstruct, from the start; all if not given. */
  readonly maxWindows?: number;
}

/** Original and reconstruction, z-scored per window and channel. */
export interface Reconstruction {
  /** (nWindows, C, T), row major. */
  readonly original: Float32Array;
  readonly reconstruction: Float32Array;
  readonly shape: readonly [number, number, number];
  /** (nWindows, C, T / patchSize): 1 where the patch was hidden from the model. */
  readonly mask: Uint8Array;
  readonly patchSize: number;
  readonly epochs: readonly Epoch[];
  readonly chain: readonly ChannelReport[];
  readonly contract: Contract;
  readonly trained: boolean;
  /** Share of the variance of hidden patches that the reconstruction explains, per channel: 1 − Σ(x − y)² / Σ(x − mean)². */
  readonly explained: readonly number[];
  /** Channels without a row of their own in the table of channel names, and the neighbour whose row was taken. */
  readonly substituted: readonly { readonly name: string; readonly takenFrom: string }[];
}

/** What one run needs. */
export interface ReconstructRun {
  readonly recording: Recording;
  readonly contract: Contract;
  readonly session: Session;
  readonly montage: FeedTensor;
  readonly sizes: PanlunaSizes;
  readonly numChannelNames: number;
  readonly options: ReconstructOptions & WindowBatchOptions & { readonly onProgress?: OnProgress };
}

/** One batch: original, reconstruction and mask. */
interface Part {
  readonly shape: readonly [number, number, number];
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly mask: Uint8Array;
}

/** Mask, run and compare. */
export async function reconstructWindows(run: ReconstructRun): Promise<Omit<Reconstruction, "contract" | "trained">> {
  const { contract, sizes, options } = run;
  const { rows, substituted } = channelRows(contract.used, run.numChannelNames);
  const hidden = hiddenChannels(contract, options.maskChannels);
  const parts: Part[] = [];
  const epochs: Epoch[] = [];
  const masks = new Map<WindowBatch, Uint8Array>();
  let chain: readonly ChannelReport[] = [];
  let made = 0;
  const ran = runWindows({
    ...run,
    feeds(batch) {
      const [count, channels, times] = batch.shape;
      const shape = [count, channels, times / sizes.patchSize] as const;
      const mask = maskPatches(shape, made, hidden, options);
      made += count;
      masks.set(batch, mask);
      return {
        montage: repeated(run.montage, count),
        mask: { dtype: "bool", shape, data: mask },
        channel_names: repeated({ dtype: "int32", shape: [1, channels], data: rows }, count),
      };
    },
  });
  const wanted = options.maxWindows ?? Number.POSITIVE_INFINITY;
  for await (const { batch, outputs } of ran) {
    const y = outputs.reconstruction.data as Float32Array;
    parts.push({ shape: batch.shape, x: batch.x, y, mask: masks.get(batch)! });
    masks.delete(batch);
    epochs.push(...epochsOf(batch.windows, batch.quality, options.windowSeconds));
    chain = batch.chainReport;
    if (epochs.length >= wanted) break;
  }
  return { ...assemble(parts, epochs.slice(0, wanted), sizes.patchSize), chain, substituted };
}

/** Put the batches together, up to the windows that were asked for, and measure. */
function assemble(
  parts: readonly Part[],
  epochs: readonly Epoch[],
  patchSize: number,
): Pick<Reconstruction, "original" | "reconstruction" | "mask" | "shape" | "patchSize" | "epochs" | "explained"> {
  const [, channels, times] = parts[0].shape;
  const shape = [epochs.length, channels, times] as const;
  const original = joined(parts, ({ x }) => x, new Float32Array(epochs.length * channels * times));
  const reconstruction = joined(parts, ({ y }) => y, new Float32Array(original.length));
  const mask = joined(parts, (part) => part.mask, new Uint8Array(original.length / patchSize));
  const explained = Array.from({ length: channels }, (_, c) =>
    explainedVariance(original, reconstruction, mask, shape, patchSize, c),
  );
  return { original, reconstruction, mask, shape, patchSize, epochs, explained };
}

/** Fill `out` from the parts, one after the other; what does not fit is left out. */
function joined<T extends Float32Array | Uint8Array>(parts: readonly Part[], of: (part: Part) => T, out: T): T {
  let at = 0;
  for (const part of parts) {
    const values = of(part).subarray(0, out.length - at);
    out.set(values, at);
    at += values.length;
  }
  return out;
}

/** 1 − residual / total over the hidden patches of a channel; NaN where nothing was hidden. */
function explainedVariance(
  x: Float32Array,
  y: Float32Array,
  mask: Uint8Array,
  [windows, channels, times]: readonly [number, number, number],
  patchSize: number,
  channel: number,
): number {
  let [residual, sum, squares, count] = [0, 0, 0, 0];
  for (let w = 0; w < windows; w++) {
    const start = (w * channels + channel) * times;
    for (let t = 0; t < times; t++) {
      const i = start + t;
      if (mask[Math.floor(i / patchSize)] === 0) continue;
      residual += (x[i] - y[i]) ** 2;
      sum += x[i];
      squares += x[i] ** 2;
      count++;
    }
  }
  return count === 0 ? Number.NaN : 1 - residual / (squares - sum ** 2 / count);
}

/** Masks of the windows `first …` of a recording; a function of (seed, window) alone. */
function maskPatches(
  [count, channels, patches]: readonly [number, number, number],
  first: number,
  hidden: ReadonlySet<number> | undefined,
  { maskRatio = 0.5, seed = 0 }: ReconstructOptions,
): Uint8Array {
  if (!(maskRatio >= 0 && maskRatio <= 1)) {
    throw new UsageError({
      where: "option maskRatio",
      what: "out of range",
      expected: "0 to 1",
      got: String(maskRatio),
    });
  }
  const mask = new Uint8Array(count * channels * patches);
  for (let w = 0; w < count; w++) {
    const window = mask.subarray(w * channels * patches, (w + 1) * channels * patches);
    if (hidden !== undefined) for (const c of hidden) window.fill(1, c * patches, (c + 1) * patches);
    else for (const i of firstOf(seed, first + w, window.length, Math.round(maskRatio * window.length))) window[i] = 1;
  }
  return mask;
}

/** The first `count` places of a random order. */
function firstOf(seed: number, window: number, length: number, count: number): Uint32Array {
  const keys = randomStream(seed, `mask/${window}`).uniform(0, length);
  return Uint32Array.from({ length }, (_, i) => i)
    .sort((a, b) => keys[a] - keys[b])
    .subarray(0, count);
}

function hiddenChannels({ used }: Contract, names: readonly string[] | undefined): ReadonlySet<number> | undefined {
  if (names === undefined) return undefined;
  return new Set(
    names.map((name) => {
      const index = used.findIndex((channel) => channel.name === name.toUpperCase());
      if (index >= 0) return index;
      throw new UsageError({
        where: "option maskChannels",
        what: "no such channel",
        expected: `one of ${used.map((channel) => channel.name).join(", ")}`,
        got: name,
      });
    }),
  );
}

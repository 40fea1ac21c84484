import type { Annotation, Channel, Identity, Recording } from "../../signal/recording.ts";
import { resolveRead, sampleRange } from "../../signal/recording.ts";
import type { OpenOptions } from "../fileFormat.ts";
import { chooseArray } from "./choose.ts";
import type { Fact } from "./facts.ts";
import type { NamedArray, Range } from "./namedArray.ts";
import { planSignal, type SignalPlan } from "./plan.ts";

/** A file of arrays, as its reader describes it. */
export interface NamedArrays {
  readonly name: string;
  /** "MAT v5", "HDF5", "NPY", … */
  readonly format: string;
  /** Every numeric array. */
  readonly arrays: readonly NamedArray[];
  /** What the file says of rate, names, unit and scale. */
  readonly facts?: readonly Fact[];
  readonly annotations?: readonly Annotation[];
  readonly identity?: Identity;
  readonly warnings?: readonly string[];
  close(): Promise<void>;
}

/** Largest block of records kept between reads, bytes of float64. */
const BLOCK_LIMIT = 32 * 2 ** 20;

/**
 * A recording over one array of a file: [times], [channels, times] or [times, channels]; of [records, …] each record
 * becomes a segment, one directly after the other. What the file does not say must stand in `options`.
 * @throws UsageError listing the candidates, or all that is missing, with an example for the command line and for code
 * @throws FormatError when no array can be a signal
 */
export function recordingFromNamedArrays(file: NamedArrays, options: OpenOptions): Recording {
  const described = { name: file.name, arrays: file.arrays, facts: file.facts ?? [] };
  const plan = planSignal(described, chooseArray(described, options), options);
  const { labels, sfreq, unit, nTimes, notes } = plan;
  const nRecords = plan.records?.length ?? 1;
  const duration = nTimes / sfreq;
  const channels = labels.map(
    (label): Channel => ({ label: label.trim(), sfreq, unit, nTimes: nTimes * nRecords, notes }),
  );
  const readBox = boxReader(plan);
  return {
    name: file.name,
    format: file.format,
    channels,
    segments: Array.from({ length: nRecords }, (_, i) => ({ onset: i * duration, duration })),
    annotations: file.annotations ?? [],
    identity: file.identity ?? {},
    warnings: [...(file.warnings ?? []), ...plan.warnings],
    async read(request) {
      const resolved = resolveRead(this, request);
      if (resolved.channels.length === 0) return [];
      const times = sampleRange(resolved, sfreq);
      const chans: Range = [Math.min(...resolved.channels), Math.max(...resolved.channels) + 1];
      const box = await readBox(resolved.segment, chans, times);
      return resolved.channels.map((c) => pickChannel(plan, box, c - chans[0], chans[1] - chans[0]));
    },
    close: () => file.close(),
  };
}

type BoxReader = (segment: number, chans: Range, times: Range) => Promise<Float64Array>;

/** Reads one box [channels, times] or [times, channels] of a segment; of blocks of records the last one is kept. */
function boxReader({ array, layout, records }: SignalPlan): BoxReader {
  const ranges = (chans: Range, times: Range): Range[] =>
    array.shape.length === 1 ? [times] : layout === "channels-first" ? [chans, times] : [times, chans];
  if (records === undefined) return (_, chans, times) => array.read(ranges(chans, times));

  const [count, rows, cols] = array.shape;
  const perBlock = array.recordsPerBlock ?? 1;
  if (perBlock <= 1 || perBlock * rows * cols * 8 > BLOCK_LIMIT) {
    return (segment, chans, times) => array.read([[records[segment], records[segment] + 1], ...ranges(chans, times)]);
  }
  let kept: { block: number; values: Promise<Float64Array> } | undefined;
  return async (segment, chans, times) => {
    const block = Math.floor(records[segment] / perBlock);
    if (kept?.block !== block) {
      const all: Range = [block * perBlock, Math.min(count, (block + 1) * perBlock)];
      kept = { block, values: array.read([all, [0, rows], [0, cols]]) };
    }
    const values = await kept.values.catch((error: unknown) => {
      kept = undefined; // a later read tries again
      throw error;
    });
    const record = records[segment] - block * perBlock;
    return cut(values.subarray(record * rows * cols, (record + 1) * rows * cols), cols, ranges(chans, times));
  };
}

/** The box inside `ranges` of a row-major matrix with `cols` columns. */
function cut(matrix: Float64Array, cols: number, [[top, bottom], [left, right]]: readonly Range[]): Float64Array {
  const out = new Float64Array((bottom - top) * (right - left));
  for (let r = top; r < bottom; r++) {
    out.set(matrix.subarray(r * cols + left, r * cols + right), (r - top) * (right - left));
  }
  return out;
}

/** Channel `index` of a box with `nChans` channels, scaled. */
function pickChannel({ layout, scale }: SignalPlan, box: Float64Array, index: number, nChans: number): Float64Array {
  const n = box.length / nChans;
  const [start, step] = layout === "channels-first" ? [index * n, 1] : [index, nChans];
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = scale * box[start + i * step];
  return out;
}

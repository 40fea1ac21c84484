import { type ChannelQuality, QualityTally } from "../runtime/qualityTally.ts";
import {
  type Contract,
  MODEL_SFREQ,
  planQuality,
  planRecordingWindows,
  type Recording,
  type WindowBatchOptions,
  type WindowPlan,
} from "../signal/index.ts";

export interface SurveyOptions extends Pick<WindowBatchOptions, "hopSeconds" | "range" | "chain" | "signal"> {
  /** Shorter where no segment is as long. */
  readonly windowSeconds: number;
  /** Judge so many windows from the start; all if not given. */
  readonly maxWindows?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface QualitySurvey {
  readonly windowSeconds: number;
  /** Windows judged, and windows that there are. */
  readonly judged: number;
  readonly of: number;
  readonly channels: readonly ChannelQuality[];
}

/** Seconds read at once. */
const BLOCK_SECONDS = 120;

/**
 * Judge the unfiltered channels of a contract window by window, without the signal chain, so that it is fast.
 * @throws the errors of `planRecordingWindows` and `recording.read`
 */
export async function surveyQuality(
  recording: Recording,
  contract: Contract,
  options: SurveyOptions,
): Promise<QualitySurvey> {
  const longest = recording.segments.reduce((most, { duration }) => Math.max(most, duration), 0);
  const whole = Math.floor(longest * MODEL_SFREQ) / MODEL_SFREQ;
  const windowSeconds = Math.max(1 / MODEL_SFREQ, Math.min(options.windowSeconds, whole));
  const all = planRecordingWindows(recording, contract, { ...options, windowSeconds }).windows;
  const judged = all.slice(0, options.maxWindows);
  const tally = new QualityTally(contract);
  const meters = contract.used.map(({ sensor, unit, sfreq }) => planQuality(sensor, unit, sfreq));
  for (const block of blocksOf(judged)) {
    options.signal?.throwIfAborted();
    const channels = await readUsed(recording, contract, block);
    for (const { from, to } of block) {
      const rows = channels.map((x, c) => {
        const { sfreq } = contract.used[c];
        const at = (sample: number) => Math.round((sample / MODEL_SFREQ) * sfreq);
        const start = at(from) - at(block[0].from);
        return meters[c].measure(x.subarray(start, start + at(to) - at(from)));
      });
      tally.add(rows);
    }
    options.onProgress?.(tally.windows, judged.length);
  }
  return { windowSeconds, judged: judged.length, of: all.length, channels: tally.channels() };
}

/** Windows of one segment that fit into one read. */
function blocksOf(windows: readonly WindowPlan[]): WindowPlan[][] {
  const blocks: WindowPlan[][] = [];
  for (const window of windows) {
    const block = blocks.at(-1);
    const fits = block?.[0].segment === window.segment && window.to - block[0].from <= BLOCK_SECONDS * MODEL_SFREQ;
    if (fits) block.push(window);
    else blocks.push([window]);
  }
  return blocks;
}

/** `scale · (plus − minus)` of every channel of the contract over a block, as it was recorded. */
async function readUsed(
  recording: Recording,
  { used }: Contract,
  block: readonly WindowPlan[],
): Promise<Float64Array[]> {
  const sources = [...new Set(used.flatMap(({ plus, minus }) => (minus === undefined ? [plus] : [plus, minus])))];
  const { segment, from } = block[0];
  const to = block.reduce((end, window) => Math.max(end, window.to), 0);
  const end = Math.min(to / MODEL_SFREQ, recording.segments[segment].duration);
  const read = await recording.read({ segment, channels: sources, from: from / MODEL_SFREQ, to: end });
  const of = new Map(sources.map((source, i) => [source, read[i]]));
  return used.map(({ plus, minus, scale }) => {
    const x = of.get(plus)!;
    const y = minus === undefined ? undefined : of.get(minus)!;
    if (scale === 1 && y === undefined) return x;
    const out = new Float64Array(x.length);
    for (let i = 0; i < out.length; i++) out[i] = scale * (y === undefined ? x[i] : x[i] - y[i]);
    return out;
  });
}

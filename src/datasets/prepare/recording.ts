import {
  type Contract,
  planContract,
  planRecordingWindows,
  type WindowBatch,
  windowBatches,
} from "../../signal/index.ts";
import type { StorePart, WindowRow } from "../../store/index.ts";
import type { LabelledRecording } from "../recipe.ts";
import { attempt } from "./attempt.ts";
import type { RecordingOutcome, Treatment } from "./outcome.ts";
import type { PartContext } from "./part.ts";
import { RecordingTally } from "./recordingTally.ts";
import type { PrepareSettings } from "./settings.ts";
import { judgeWindow } from "./usable.ts";

export interface PreparedRecording {
  readonly outcome: RecordingOutcome;
  /** What was done with its channels. */
  readonly treatment?: Treatment;
}

/**
 * Put the windows of one recording into a part: the signal chain over the channels of its contract, judged window by window.
 * What is wrong with the recording stands in the outcome.
 * @throws the errors of the store; the reason of the signal when it is aborted
 */
export async function prepareRecording(
  labelled: LabelledRecording,
  writer: StorePart,
  { settings, tasks, signal }: PartContext,
): Promise<PreparedRecording> {
  const tally = new RecordingTally(labelled, tasks, settings);
  const planned = await attempt(async () => planWindows(labelled, settings), signal);
  if ("reason" in planned) return endOf(tally, planned.reason);
  const { contract, options, leftovers } = planned.value;
  tally.plan(contract, leftovers);
  if (labelled.split !== undefined) writer.assign(labelled.subject, labelled.split);
  const batches = windowBatches(labelled.recording, contract, { ...options, signal });
  try {
    while (true) {
      const next = await attempt(() => batches.next(), signal);
      if ("reason" in next) return endOf(tally, next.reason);
      if (next.value.done === true) return endOf(tally);
      await appendBatch(next.value.value, { labelled, contract, writer, tally, settings });
      signal?.throwIfAborted();
    }
  } finally {
    await batches.return([]);
  }
}

const endOf = (tally: RecordingTally, failed?: string): PreparedRecording => ({
  outcome: tally.outcome(failed),
  treatment: tally.treatment(),
});

/** The contract and where the windows lie. @throws ContractError, SignalError where the recording cannot be used */
function planWindows({ recording, contract: given, align, filtered }: LabelledRecording, settings: PrepareSettings) {
  const { windowSeconds, hopSeconds, sensors } = settings;
  const contract =
    given === undefined ? planContract(recording.channels, { use: sensors }) : restricted(given, sensors);
  const chain = filtered === true ? { band: false as const, notches: [] } : {};
  const options = { windowSeconds, hopSeconds, align, chain, zscore: false, quality: true };
  const { leftovers } = planRecordingWindows(recording, contract, options);
  return { contract, options, leftovers };
}

/** A contract of the recipe with only the sensors asked for. */
function restricted(contract: Contract, sensors: PrepareSettings["sensors"]): Contract {
  if (sensors === undefined) return contract;
  return { ...contract, used: contract.used.filter(({ sensor }) => sensors.includes(sensor)) };
}

interface Target {
  readonly labelled: LabelledRecording;
  readonly contract: Contract;
  readonly writer: StorePart;
  readonly tally: RecordingTally;
  readonly settings: PrepareSettings;
}

/** Append the windows of a batch that are worth it, in runs of one layout and in order of time. */
async function appendBatch(batch: WindowBatch, target: Target): Promise<void> {
  let run: { channels: readonly number[]; rows: WindowRow[] } | undefined;
  for (let i = 0; i < batch.windows.length; i++) {
    const kept = keptWindow(batch, i, target);
    if (kept === undefined) continue;
    if (run !== undefined && !sameChannels(run.channels, kept.channels)) {
      await appendRun(run, target);
      run = undefined;
    }
    run ??= { channels: kept.channels, rows: [] };
    run.rows.push(kept.row);
  }
  if (run !== undefined) await appendRun(run, target);
  target.tally.chain(batch.chainReport);
}

const sameChannels = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((c, i) => c === b[i]);

async function appendRun(
  { channels, rows }: { channels: readonly number[]; rows: readonly WindowRow[] },
  { contract, writer }: Target,
): Promise<void> {
  const specs = channels.map((c) => {
    const { name, sensor, location } = contract.used[c];
    return { name, sensor, location };
  });
  await writer.append(specs, rows);
}

/** Window `i` of a batch as a row, or undefined where it is not worth keeping; the tally knows either way. */
function keptWindow(
  batch: WindowBatch,
  i: number,
  { labelled, contract, tally, settings }: Target,
): { channels: readonly number[]; row: WindowRow } | undefined {
  const { onset } = batch.windows[i];
  const { channels, quality, leftOut } = judgeWindow(contract.used, batch.quality[i]);
  if (channels.length === 0) {
    const why = leftOut.map(({ sensor, reason }) => `${sensor}: ${reason}`).join("; ");
    return tally.drop(`no usable channel (${why})`);
  }
  if (quality < settings.qualityMin) return tally.drop(`quality below ${settings.qualityMin}`);
  const x = samplesOf(batch, i, channels);
  if (!x.every(Number.isFinite)) return tally.drop("values too large for the signal chain");
  const labels = labelled.labels(onset, settings.windowSeconds);
  tally.keep(channels, leftOut, labels);
  return { channels, row: { x, subject: labelled.subject, recording: labelled.id, onset, quality, labels } };
}

/** (C, T) of some channels of window `i`. */
function samplesOf(
  { x, shape: [, nChans, nTimes] }: WindowBatch,
  i: number,
  channels: readonly number[],
): Float32Array {
  const window = x.subarray(i * nChans * nTimes, (i + 1) * nChans * nTimes);
  if (channels.length === nChans) return window;
  const out = new Float32Array(channels.length * nTimes);
  channels.forEach((c, k) => {
    out.set(window.subarray(c * nTimes, (c + 1) * nTimes), k * nTimes);
  });
  return out;
}

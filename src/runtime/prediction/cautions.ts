import { samePlace } from "../../signal/channels/electrodes.ts";
import { BANDS, type Contract, SENSORS, type UsedChannel } from "../../signal/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import type { ChannelQuality } from "../qualityTally.ts";
import { windowOf } from "./need.ts";
import type { Reduced } from "./reduced.ts";

/** Names in one sentence; the others are counted. */
const SHOWN = 12;

/** A flag on fewer windows of a channel is not worth a sentence. */
const LEAST_SHARE = 0.1;

/** What is unlike the training, known before anything is computed. Each a sentence. */
export function cautionsBefore(
  contract: Contract,
  task: TrainedTask,
  windowSeconds: number,
  reduced: Reduced | undefined,
): string[] {
  return [
    ...(reduced === undefined ? [] : [...reducedSentences(reduced, contract)]),
    ...unfamiliar(contract, task),
    ...SENSORS.flatMap((sensor) => cutBand(contract.used.filter((channel) => channel.sensor === sensor))),
    ...otherLength(task, windowSeconds),
  ];
}

function reducedSentences({ sensors, channels, of }: Reduced, { used }: Contract): string[] {
  const absent = sensors.map((sensor) => sensor.toUpperCase());
  const without = [
    ...(absent.length > 0 ? [`any ${absent.join(" or ")}`] : []),
    ...(channels.length > 0 ? [`${channels.length} of ${of} training channels (${named(channels)})`] : []),
  ];
  const pairs = channels.filter((name) => derivable(name, used));
  const derive = `Its pairs can be derived from the electrodes of this recording: --montage ${named(pairs, ",")}.`;
  return [`Reduced answer: without ${without.join(", ")}.`, ...(pairs.length > 0 ? [derive] : [])];
}

function derivable(pair: string, used: readonly UsedChannel[]): boolean {
  const electrodes = pair.split("-");
  const there = (name: string) => used.some((channel) => samePlace(channel.name) === samePlace(name));
  return electrodes.length === 2 && electrodes.every(there);
}

function unfamiliar({ used }: Contract, { channels }: TrainedTask): string[] {
  if (channels === undefined) return [];
  const known = new Set(channels.map(samePlace));
  const others = used.map(({ name }) => name).filter((name) => !known.has(samePlace(name)));
  return others.length === 0 ? [] : [`Not among the training channels, but used: ${named(others)}.`];
}

/** Channels of one sensor whose rate does not reach the end of its band. */
function cutBand(channels: readonly UsedChannel[]): string[] {
  const low = channels.filter(({ sensor, sfreq }) => sfreq / 2 < BANDS[sensor][1]);
  if (low.length === 0) return [];
  const least = low.reduce((most, { sfreq }) => Math.min(most, sfreq), Number.POSITIVE_INFINITY);
  const [, end] = BANDS[low[0].sensor];
  const what = `${low[0].sensor.toUpperCase()} at ${rounded(least)} Hz holds nothing above ${rounded(least / 2)} Hz`;
  return [`${what}; the model looks up to ${end} Hz: ${named(low.map(({ name }) => name))}.`];
}

function otherLength(task: TrainedTask, windowSeconds: number): string[] {
  const trained = windowOf(task);
  if (Math.abs(windowSeconds - trained) < 1e-9) return [];
  return [`Windows of ${rounded(windowSeconds)} s; the task was trained on ${rounded(trained)} s.`];
}

/** What was seen of the signals and of the windows. Each a sentence. */
export function cautionsAfter(
  channels: readonly ChannelQuality[],
  { windows, leftOut }: { readonly windows: number; readonly leftOut: number },
): string[] {
  const flags = [
    ...new Set(channels.flatMap((channel) => Object.keys(channel.flags))),
  ] as (keyof ChannelQuality["flags"])[];
  const sentences = flags.flatMap((flag) => {
    const worst = channels.filter((channel) => (channel.flags[flag] ?? 0) >= LEAST_SHARE);
    if (worst.length === 0) return [];
    const most = Math.max(...worst.map((channel) => channel.flags[flag] ?? 0));
    const share = `${worst.length > 1 ? "up to " : ""}${Math.round(100 * most)} %`;
    return [
      `Signal quality: ${FLAG_TEXT[flag]} in ${share} of the windows of ${named(worst.map(({ name }) => name))}.`,
    ];
  });
  if (leftOut === 0) return sentences;
  const what = windows === 0 ? "No window counts" : `${leftOut} of ${windows + leftOut} windows do not count`;
  return [`${what}: every channel is bad in ${windows === 0 ? "all of them" : "them"}.`, ...sentences];
}

const FLAG_TEXT: Readonly<Record<keyof ChannelQuality["flags"], string>> = {
  flat: "nothing recorded",
  clipped: "clipped",
  mains50: "mains hum of 50 Hz, filtered out,",
  mains60: "mains hum of 60 Hz, filtered out,",
  missing: "missing samples",
  large: "too large for the body",
  small: "too small to tell a beat",
};

function named(names: readonly string[], mark = ", "): string {
  const more = names.length - SHOWN;
  return more > 0 && mark !== "," ? `${names.slice(0, SHOWN).join(mark)} and ${more} more` : names.join(mark);
}

const rounded = (value: number): string => String(Number(value.toFixed(2)));

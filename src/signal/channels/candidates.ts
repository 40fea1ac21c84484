import type { ContractNote } from "../contract.ts";
import type { Channel } from "../recording.ts";
import { SENSORS, type Sensor } from "../sensors.ts";
import type { Candidate } from "./candidate.ts";
import { cleanLabel } from "./cleanLabel.ts";
import { unlocatable, unusableTarget } from "./contractErrors.ts";
import type { ContractOptions } from "./contractOptions.ts";
import { unipolar } from "./eegLabels.ts";
import { parseLabel } from "./labels.ts";
import { placeOf } from "./locations.ts";
import { montageSensors } from "./montage.ts";
import { isSensor, type ParsedLabel } from "./parsedLabel.ts";

/** A PPG needs 8 Hz (SPEC.md §1), the other sensors more: twice that is the least rate, Hz. */
const LEAST_SFREQ = 16;

export interface Sorted {
  readonly candidates: readonly Candidate[];
  /** Channels that nothing can be made of, by index. */
  readonly aside: ReadonlyMap<number, string>;
  /** Entries of `map` and `drop` that meet no channel. */
  readonly unmatched: readonly ContractNote[];
}

/**
 * Decide for every channel of a file what it is and whether it can be used.
 * @throws ContractError for an EEG channel without a known electrode (unless a montage says which are wanted) and for a `map` entry that names no channel of the model
 */
export function sortChannels(channels: readonly Channel[], options: ContractOptions): Sorted {
  const own = inContext(channels.map((channel) => parseLabel(channel.label, { ...options, unit: channel.unit })));
  const { names, dropped, unmatched } = userChoices(channels, own, options);
  const read = own.map((parsed, i) => readAs(channels[i], parsed, names.get(i), options));
  const sensors = options.use ?? SENSORS;
  const aside = new Map<number, string>();
  const candidates: Candidate[] = [];
  const unplaced: number[] = [];
  for (const [index, channel] of channels.entries()) {
    const parsed = read[index];
    const reason = dropped.has(index) ? "Left out as asked" : asideReason(channel, parsed, sensors);
    if (reason !== undefined) aside.set(index, reason);
    else if (parsed.name === undefined) unplaced.push(index);
    else candidates.push(candidate(index, channel, parsed, parsed.name, names.has(index)));
  }
  const hasEeg = candidates.some(({ sensor }) => sensor === "eeg");
  const chosenByMontage = montageSensors(options.montage ?? []).has("eeg");
  const needed = unplaced.filter((index) => !chosenByMontage && !(hasEeg && read[index].numbered));
  if (needed.length > 0) throw unlocatable(needed.map((index) => ({ channel: channels[index], parsed: read[index] })));
  for (const index of unplaced) aside.set(index, read[index].reason);
  return { candidates, aside, unmatched };
}

function candidate(index: number, channel: Channel, parsed: ParsedLabel, name: string, mapped: boolean): Candidate {
  const asideBecause = parsed.onRequest && !mapped ? parsed.reason : undefined;
  return { index, channel, name, sensor: placeOf(name)!.sensor, parsed, mapped, asideBecause };
}

/** Why a channel cannot be used; undefined where it can, or where it is EEG that lacks a place. */
function asideReason(channel: Channel, parsed: ParsedLabel, sensors: readonly Sensor[]): string | undefined {
  if (!isSensor(parsed.kind)) return parsed.reason;
  if (!sensors.includes(parsed.kind)) return `${parsed.kind.toUpperCase()} is not among the sensors asked for`;
  if (channel.nTimes <= 0) return "Has no samples";
  if (!(channel.sfreq > 0 && Number.isFinite(channel.sfreq))) return "Has no sampling rate";
  if (channel.sfreq < LEAST_SFREQ) {
    return `Sampled at ${channel.sfreq} Hz, too slow for a waveform (at least ${LEAST_SFREQ} Hz)`;
  }
  return parsed.name === undefined && parsed.unplaced === undefined ? parsed.reason : undefined;
}

/** "T4-A2" is a bipolar channel of TUEG, but an electrode and its reference where other electrodes are measured against A2. */
function inContext(read: readonly ParsedLabel[]): ParsedLabel[] {
  const shared = new Set(read.filter(({ electrodes }) => electrodes === undefined).map(({ reference }) => reference));
  return read.map((parsed) => {
    const { electrodes, reference } = parsed;
    return electrodes !== undefined && reference !== undefined && shared.has(reference)
      ? unipolar(electrodes[0], reference)
      : parsed;
  });
}

interface Choices {
  /** Canonical names given by the user, by channel index. */
  readonly names: ReadonlyMap<number, string>;
  readonly dropped: ReadonlySet<number>;
  readonly unmatched: readonly ContractNote[];
}

function userChoices(channels: readonly Channel[], read: readonly ParsedLabel[], options: ContractOptions): Choices {
  const names = new Map<number, string>();
  const dropped = new Set<number>();
  const unmatched: ContractNote[] = [];
  const asked = [...Object.entries(options.map ?? {}), ...(options.drop ?? []).map((label) => [label, "drop"])];
  for (const [label, target] of asked) {
    const found = findChannels(channels, read, label);
    if (found.length === 0) unmatched.push({ label, reason: `Asked for as "${target}", but no channel is called so` });
    for (const index of found) {
      if (target.toLowerCase() === "drop") dropped.add(index);
      else names.set(index, target);
    }
  }
  return { names, dropped, unmatched };
}

/** Channels that a user means by `label`: exactly so, else in any case, else without prefix and reference. */
function findChannels(channels: readonly Channel[], read: readonly ParsedLabel[], label: string): number[] {
  const wanted = cleanLabel(label);
  const tests: ((index: number) => boolean)[] = [
    (index) => channels[index].label === label,
    (index) => channels[index].label.trim().toUpperCase() === label.trim().toUpperCase(),
    (index) => wanted !== "" && (read[index].unplaced ?? read[index].name) === wanted,
  ];
  const indices = channels.map((_, index) => index);
  return tests.map((test) => indices.filter(test)).find((found) => found.length > 0) ?? [];
}

/** The channel as the user maps it, else as its label reads. */
function readAs(
  channel: Channel,
  parsed: ParsedLabel,
  target: string | undefined,
  options: ContractOptions,
): ParsedLabel {
  if (target === undefined) return parsed;
  const mapped = parseLabel(target, { ecgLead: options.ecgLead });
  if (!isSensor(mapped.kind) || mapped.name === undefined) throw unusableTarget(channel.label, target);
  return { ...mapped, assumed: undefined, reason: "Mapped by the user" };
}

import { ContractError } from "../../errors.ts";
import { BANDS, MODEL_SFREQ } from "../chain.ts";
import type { Contract, UsedChannel } from "../contract.ts";
import type { Channel } from "../recording.ts";
import { SENSORS } from "../sensors.ts";
import type { Candidate } from "./candidate.ts";
import { type Sorted, sortChannels } from "./candidates.ts";
import { missingRequired, nothingLeft } from "./contractErrors.ts";
import type { ContractOptions } from "./contractOptions.ts";
import { samePlace } from "./electrodes.ts";
import { parseLabel } from "./labels.ts";
import { ECG_LEADS, placeOf } from "./locations.ts";
import { applyMontage, type Derivation } from "./montage.ts";
import { convertUnit } from "./units.ts";

/**
 * Decide which channels of a recording the model gets, as what, in which order (that of the file, or of the montage),
 * and what is done to them. Reads no samples and leaves the recording alone.
 * @throws ContractError for EEG without a known electrode, options that name no channel of the model, a montage or
 * required channels that the file lacks, and when nothing is left; the message says what to do
 */
export function planContract(channels: readonly Channel[], options: ContractOptions = {}): Contract {
  checkOptions(options);
  const sorted = sortChannels(channels, options);
  const reasons = new Map(sorted.aside);
  const chosen = choose(sorted, options, reasons);
  if (chosen.length === 0) throw nothingLeft(channels, reasons);
  checkRequired(options.require ?? [], chosen);
  return {
    used: chosen.map(usedChannel),
    dropped: channels.flatMap(({ label }, i) => {
      const reason = reasons.get(i);
      return reason === undefined ? [] : [{ label, reason }];
    }),
    ...notes(chosen, options.targetSfreq ?? MODEL_SFREQ),
    unmatched: sorted.unmatched,
  };
}

function checkOptions({ ecgLead, targetSfreq = MODEL_SFREQ, use = [], sensor }: ContractOptions): void {
  const refuse = (where: string, expected: string, got: unknown) => {
    throw new ContractError({ where: `option ${where}`, what: "cannot be honoured", expected, got: String(got) });
  };
  if (ecgLead !== undefined && !ECG_LEADS.has(ecgLead)) refuse("ecgLead", [...ECG_LEADS.keys()].join(", "), ecgLead);
  if (!(targetSfreq > 0 && Number.isFinite(targetSfreq))) refuse("targetSfreq", "a positive rate in Hz", targetSfreq);
  for (const name of sensor === undefined ? use : [...use, sensor]) {
    if (!SENSORS.includes(name)) refuse("use or sensor", SENSORS.join(", "), name);
  }
}

/** The model channels in order; every other candidate gets its reason in `reasons`. */
function choose(
  { candidates }: Sorted,
  { montage, ecgLead }: ContractOptions,
  reasons: Map<number, string>,
): Derivation[] {
  const derivations = montage === undefined ? [] : applyMontage(montage, candidates, ecgLead);
  const ruled = new Set(derivations.map(({ sensor }) => sensor));
  const sources = new Set(derivations.flatMap(({ plus, minus }) => [plus.index, minus?.index]));
  const free = candidates.filter(({ sensor }) => !ruled.has(sensor));
  for (const { index, sensor } of candidates) {
    if (ruled.has(sensor) && !sources.has(index)) reasons.set(index, "Not in the montage asked for");
  }
  return [...derivations, ...withoutDoubles(free, reasons)];
}

/** One channel per place: the one that the user named, else that states its name, else the first of the file. */
function withoutDoubles(candidates: readonly Candidate[], reasons: Map<number, string>): Derivation[] {
  const usable = candidates.filter(({ index, asideBecause }) => {
    if (asideBecause !== undefined) reasons.set(index, asideBecause);
    return asideBecause === undefined;
  });
  const owners = new Map<string, Candidate>();
  for (const candidate of [...usable].sort((a, b) => rank(a) - rank(b))) {
    const owner = owners.get(samePlace(candidate.name));
    if (owner === undefined) owners.set(samePlace(candidate.name), candidate);
    else reasons.set(candidate.index, doubled(candidate, owner));
  }
  return usable
    .filter((candidate) => owners.get(samePlace(candidate.name)) === candidate)
    .map((plus) => ({ name: plus.name, sensor: plus.sensor, plus }));
}

const rank = ({ mapped, parsed }: Candidate): number => (mapped ? 0 : parsed.assumed ? 2 : 1);

function doubled({ name, parsed }: Candidate, owner: Candidate): string {
  const { label } = owner.channel;
  const guess = parsed.assumed ? `${parsed.reason}, but ` : "";
  if (owner.name === name) return `${guess}${name} is already taken from ${label} (channel ${owner.index + 1})`;
  return `${guess}${name} is the same place as ${owner.name}, already taken from ${label}`;
}

function checkRequired(required: readonly string[], chosen: readonly Derivation[]): void {
  const names = new Set(chosen.map(({ name }) => samePlace(name)));
  const sensors = new Set<string>(chosen.map(({ sensor }) => sensor));
  const missing = required.filter((wanted) => {
    const sensor = wanted.toLowerCase();
    if ((SENSORS as readonly string[]).includes(sensor)) return !sensors.has(sensor);
    return !names.has(samePlace(parseLabel(wanted).name ?? wanted));
  });
  if (missing.length === 0) return;
  throw missingRequired(
    missing,
    chosen.map(({ name }) => name),
  );
}

function usedChannel({ name, sensor, plus, minus, inverted }: Derivation): UsedChannel {
  const { unit, scale } = convertUnit(plus.channel.unit, sensor);
  return {
    name,
    sensor,
    location: placeOf(name)!.location,
    plus: plus.index,
    ...(minus === undefined ? {} : { minus: minus.index }),
    sfreq: plus.channel.sfreq,
    unit,
    scale: inverted ? -scale : scale,
  };
}

type Notes = Pick<Contract, "renamed" | "derived" | "resampled" | "upsampled" | "unitsConverted">;

/** What is done to the file's channels that are used, in the order of the model's. */
function notes(chosen: readonly Derivation[], target: number): Notes {
  const sources = [...new Set(chosen.flatMap(({ plus, minus }) => (minus === undefined ? [plus] : [plus, minus])))];
  const rates = sources.filter(({ channel }) => channel.sfreq !== target);
  return {
    renamed: chosen.flatMap(({ name, plus, minus, inverted }) => {
      const { label } = plus.channel;
      return minus || inverted || label === name ? [] : [{ label, to: name, reason: renamedBecause(name, plus) }];
    }),
    derived: chosen.flatMap(({ name, plus, minus, reason }) => {
      const from = [plus, ...(minus === undefined ? [] : [minus])].map(({ channel }) => channel.label);
      return reason === undefined ? [] : [{ label: name, from, reason }];
    }),
    resampled: rates.filter((source) => !upsampledFirst(source, target)).map((source) => rateNote(source, target)),
    upsampled: rates.filter((source) => upsampledFirst(source, target)).map((source) => rateNote(source, target)),
    unitsConverted: sources.flatMap(unitNote),
  };
}

function renamedBecause(name: string, { name: own, parsed }: Candidate): string {
  const pair = parsed.electrodes?.join("-") ?? own;
  return pair === name ? parsed.reason : `${parsed.reason}; ${pair} and ${name} are two names of one place`;
}

/** The chain filters an EEG at its own rate as long as its pass band fits; ECG and PPG are brought up first (SPEC.md §1). */
const upsampledFirst = ({ sensor, channel }: Candidate, target: number): boolean =>
  channel.sfreq < target && (sensor !== "eeg" || BANDS.eeg[1] >= channel.sfreq / 2);

function rateNote(source: Candidate, target: number): { label: string; from: number; to: number; reason: string } {
  const { label, sfreq } = source.channel;
  const first = upsampledFirst(source, target);
  const reason = first
    ? `From ${sfreq} up to ${target} Hz before filtering; it holds nothing above ${sfreq / 2} Hz`
    : `Filtered at ${sfreq} Hz, then brought to ${target} Hz`;
  return { label, from: sfreq, to: target, reason };
}

function unitNote({ channel, sensor }: Candidate): { label: string; from: string; to: string; reason: string }[] {
  const { unit, scale } = convertUnit(channel.unit, sensor);
  if (scale === 1) return [];
  return [
    { label: channel.label, from: channel.unit, to: unit, reason: `From ${channel.unit} to ${unit}, times ${scale}` },
  ];
}

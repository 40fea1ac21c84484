import { ContractError } from "../../errors.ts";
import type { Sensor } from "../sensors.ts";
import type { Candidate } from "./candidate.ts";
import { DATASET_CHANNELS } from "./channelNames.ts";
import { listed } from "./contractErrors.ts";
import type { MontageName } from "./contractOptions.ts";
import { samePlace } from "./electrodes.ts";
import { parseLabel } from "./labels.ts";
import { placeOf } from "./locations.ts";
import { isSensor } from "./parsedLabel.ts";
import { convertUnit } from "./units.ts";

type Montage = MontageName | readonly string[];

/** A model channel and the file's channels that it is made of: `plus`, or `plus − minus`, or `−plus` where `inverted`. */
export interface Derivation {
  readonly name: string;
  readonly sensor: Sensor;
  readonly plus: Candidate;
  readonly minus?: Candidate;
  readonly inverted?: true;
  /** How it was derived; absent for a channel of the file as it is. */
  readonly reason?: string;
}

/** One entry of a montage, read. */
interface Wanted {
  readonly name: string;
  readonly sensor: Sensor;
  /** Electrodes whose difference it is; of "F4-M1" the second is a reference and the channel sits at F4. */
  readonly electrodes?: readonly [plus: string, minus: string];
  readonly rereferenced: boolean;
}

/**
 * Find every channel of a montage in the file, or derive it from single electrodes.
 * @throws ContractError for a name that is no channel, for channels that can neither be found nor derived,
 * and for electrodes whose rates, units or references forbid a difference
 */
export function applyMontage(montage: Montage, candidates: readonly Candidate[], ecgLead?: string): Derivation[] {
  const names = montageNames(montage);
  const missing: string[] = [];
  const derivations: Derivation[] = [];
  for (const name of names) {
    const wanted = readWanted(name, ecgLead);
    if (derivations.some((other) => samePlace(other.name) === samePlace(wanted.name))) throw twice(name);
    const found = inFile(wanted, candidates) ?? difference(wanted, candidates);
    if (found === undefined) missing.push(name);
    else derivations.push(found);
  }
  if (missing.length > 0) throw incomplete(missing, names, candidates);
  return derivations;
}

/** The sensors of a montage's channels: those that it rules. */
export const montageSensors = (montage: Montage): ReadonlySet<Sensor> =>
  new Set(montageNames(montage).map((name) => readWanted(name).sensor));

function montageNames(name: Montage): readonly string[] {
  if (typeof name !== "string") return name;
  if (name === "tueg20" || name === "tueg22") return DATASET_CHANNELS[name];
  throw new ContractError({
    where: "montage",
    what: "no montage of this name",
    expected: "tueg20, tueg22 or a list of channels",
    got: JSON.stringify(name),
  });
}

function readWanted(text: string, ecgLead?: string): Wanted {
  const { kind, name, electrodes, reference } = parseLabel(text, { ecgLead });
  if (!isSensor(kind) || name === undefined) {
    throw new ContractError({
      where: "montage",
      what: "names a channel without a place in the model",
      expected: "an electrode, a pair (FP1-F7), an electrode and its reference (F4-M1), an ECG lead or PPG",
      got: JSON.stringify(text),
    });
  }
  if (electrodes !== undefined) return { name, sensor: kind, electrodes, rereferenced: false };
  const against = reference !== undefined && placeOf(reference) !== undefined;
  return against
    ? { name, sensor: kind, electrodes: [name, reference], rereferenced: true }
    : { name, sensor: kind, rereferenced: false };
}

/** The channel as the file has it, or with its electrodes the other way round. */
function inFile({ name, sensor, electrodes, rereferenced }: Wanted, all: readonly Candidate[]): Derivation | undefined {
  const plus = find(all, name);
  if (plus !== undefined && (!rereferenced || plus.parsed.reference === electrodes?.[1])) return { name, sensor, plus };
  if (electrodes === undefined || rereferenced) return undefined;
  const turned = find(all, `${electrodes[1]}-${electrodes[0]}`);
  const reason = "Its electrodes stand the other way round in the file: sign turned";
  return turned && { name, sensor, plus: turned, inverted: true, reason };
}

function difference({ name, sensor, electrodes }: Wanted, all: readonly Candidate[]): Derivation | undefined {
  if (electrodes === undefined) return undefined;
  const [plus, minus] = electrodes.map((electrode) => find(all, electrode));
  if (plus === undefined || minus === undefined) return undefined;
  const reason = `Difference of two channels ${commonReference(name, plus, minus)}`;
  return { name, sensor, plus, minus, reason };
}

/** Check that two channels can be subtracted, and say against what both are measured. */
function commonReference(name: string, plus: Candidate, minus: Candidate): string {
  for (const [what, of] of PROPERTIES) {
    if (of(plus) !== of(minus)) throw cannotSubtract(name, what, `${of(plus)} and ${of(minus)}`, plus, minus);
  }
  const [a, b] = [plus.parsed.reference, minus.parsed.reference];
  if (a !== undefined && b !== undefined && a !== b) {
    throw cannotSubtract(name, "references", `${a} and ${b}`, plus, minus);
  }
  if (a !== undefined && b !== undefined) return `against one reference, ${a}`;
  return "whose common reference the file does not state: it is assumed";
}

const PROPERTIES: readonly (readonly [what: string, of: (candidate: Candidate) => string | number])[] = [
  ["rates (Hz)", ({ channel }) => channel.sfreq],
  ["numbers of samples", ({ channel }) => channel.nTimes],
  ["units", ({ channel: { unit } }) => (convertUnit(unit, "eeg").unit === "a.u." ? unit : convertedUnit(unit))],
];

/** "uV" and "µV" are one unit, "uV" and "mV" are two. */
const convertedUnit = (unit: string): string => `${convertUnit(unit, "eeg").scale} uV`;

function cannotSubtract(
  name: string,
  what: string,
  got: string,
  { channel: plus }: Candidate,
  { channel: minus }: Candidate,
): ContractError {
  return new ContractError({
    where: `montage channel ${name}`,
    what: `cannot be derived from ${plus.label} and ${minus.label}`,
    expected: `equal ${what}`,
    got,
    todo: "Use the channels as they are (no montage), or a montage without this channel",
  });
}

/** The channel of this place; one that states its name before one that was assumed. */
function find(candidates: readonly Candidate[], name: string): Candidate | undefined {
  const there = candidates.filter((candidate) => samePlace(candidate.name) === samePlace(name));
  return there.find(({ mapped }) => mapped) ?? there.find(({ parsed }) => !parsed.assumed) ?? there[0];
}

function twice(name: string): ContractError {
  return new ContractError({ where: "montage", what: "names one place twice", got: JSON.stringify(name) });
}

function incomplete(
  missing: readonly string[],
  names: readonly string[],
  candidates: readonly Candidate[],
): ContractError {
  return new ContractError({
    where: "montage",
    what: `${missing.length} of ${names.length} channels can neither be found nor derived`,
    expected: listed(missing),
    got: candidates.length === 0 ? "no usable channel" : listed(candidates.map(({ name }) => name)),
    todo: `Name only what the file has${missing.every((name) => /A[12]/.test(name)) ? " (tueg20 needs no ears)" : ""}`,
  });
}

import { channelIndex } from "./channelNames.ts";
import { ELECTRODES, isReferenceElectrode, pairName } from "./electrodes.ts";
import type { ParsedLabel } from "./parsedLabel.ts";

/** Second parts of a label that say what an electrode is measured against. */
const REFERENCES: ReadonlySet<string> = new Set([
  ...["REF", "REF1", "REF2", "CREF", "COM", "GND", "G2", "CMS", "DRL", "BN", "ORG"],
  ...["LE", "CLE", "LER", "LINKED", "EAR", "EARS", "LINKEDEARS", "LM", "LINKEDMASTOIDS", "MASTOID", "MASTOIDS"],
  ...["AR", "AV", "AVG", "AVE", "AVERAGE", "CAR", "CA"],
  ...["A1", "A2", "M1", "M2", "A1A2", "A2A1", "M1M2", "M2M1", "A1+A2", "A2+A1", "M1+M2", "M2+M1"],
  ...["CS2", "NOSE", "NZ"],
]);

const GLUED = /^(.{2,6}?)(A1A2|M1M2|REF|AVG|CAR|LE|AR|[AM][12])$/;

/** Electrodes of clinical EEG that have no place on the scalp of the 10-05 system. */
const PLACELESS: readonly (readonly [RegExp, string])[] = [
  [/^T[12]$/, "Anterior temporal electrode without a place in standard_1005; FT9 and FT10 are its neighbours"],
  [/^(SP|PG|NP)[12]$/, "Sphenoidal or nasopharyngeal electrode: not on the scalp, no place in standard_1005"],
  [/^(C3P|C4P|P3P|P4P|SUPR?|BURSTS?|SUPPR?)$/, "Computed or additional trace of the recorder, not an electrode"],
];

/**
 * Read the electrodes of a cleaned label without prefix: "F4-M1" (F4 against a mastoid), "FPZ-CZ" (bipolar), "FC5", "C4A1".
 * An ear or mastoid in second place is a reference, unless the pair is one of the 104 names ("T4-A2").
 * @returns undefined where the text does not consist of electrodes
 */
export function parseElectrodes(text: string): ParsedLabel | undefined {
  const parts = text.split(/[\s_:/,-]+/).filter((part) => part !== "");
  if (parts.length > 1 && /^\d$/.test(parts.at(-1) ?? "")) parts.pop(); // "T8-P8-1": the running number of a double
  const [first, ...rest] = parts;
  if (first === undefined) return undefined;
  if (rest.length === 0) return ELECTRODES.has(first) ? unipolar(first) : parseGlued(first);
  if (!ELECTRODES.has(first)) return undefined;
  if (rest.length === 1 && isPair(first, rest[0])) return bipolar(first, rest[0]);
  return rest.every((part) => REFERENCES.has(part)) ? unipolar(first, rest.join("+")) : undefined;
}

/** Why an EEG label that names no electrode of the 10-05 system is set aside, or that it ought to be one. */
export function withoutElectrode(text: string): ParsedLabel {
  const first = text.split(/[\s_:/-]+/)[0];
  const known = PLACELESS.find(([pattern]) => pattern.test(first));
  if (known !== undefined) return { kind: "eeg", reason: known[1] };
  if (/^(CH(ANNEL)?|X)?\d+$/.test(first)) {
    const reason = "An amplifier input known by number, not by electrode";
    return { kind: "eeg", unplaced: text, numbered: true, reason };
  }
  const reason = text === "" ? "EEG that names no electrode" : `EEG, but "${text}" is no electrode of the 10-05 system`;
  return { kind: "eeg", unplaced: text, reason };
}

/** A single electrode; ears and mastoids by themselves are references. */
export function unipolar(name: string, reference?: string): ParsedLabel {
  const against = reference === undefined ? "" : ` against ${reference} (a reference)`;
  if (!isReferenceElectrode(name)) return { kind: "eeg", name, reference, reason: `EEG electrode${against}` };
  const reason = `Reference electrode${against}: used only where it is asked for by name`;
  return { kind: "eeg", name, reference, onRequest: true, reason };
}

function isPair(plus: string, minus: string): boolean {
  if (!ELECTRODES.has(minus) || minus === plus) return false;
  return isReferenceElectrode(plus) || !REFERENCES.has(minus) || channelIndex(pairName(plus, minus)) >= 0;
}

function bipolar(plus: string, minus: string): ParsedLabel {
  const pair = { kind: "eeg", name: pairName(plus, minus), electrodes: [plus, minus] } as const;
  if (isReferenceElectrode(plus) && isReferenceElectrode(minus)) {
    const reason = "The difference of two reference electrodes: used only where it is asked for by name";
    return { ...pair, onRequest: true, reason };
  }
  const reason = "Bipolar EEG, placed midway between its electrodes";
  return isReferenceElectrode(minus) ? { ...pair, reference: minus, reason } : { ...pair, reason };
}

/** "C4M1", "FP1REF": an electrode and its reference without a mark between them. */
function parseGlued(text: string): ParsedLabel | undefined {
  const [, name = "", reference] = GLUED.exec(text) ?? [];
  return ELECTRODES.has(name) ? unipolar(name, reference) : undefined;
}

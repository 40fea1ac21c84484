import type { Sensor } from "../sensors.ts";
import { cleanLabel, labelWords } from "./cleanLabel.ts";
import { DEFAULT_ECG_LEAD, parseEcg, parseLead } from "./ecgLabels.ts";
import { parseElectrodes, withoutElectrode } from "./eegLabels.ts";
import { PPG_NAME } from "./locations.ts";
import { parseByUnit, parseDerived, parseOther } from "./otherLabels.ts";
import type { ParsedLabel } from "./parsedLabel.ts";
import { parsePpg } from "./ppgLabels.ts";
import { unitFamily } from "./units.ts";

/** What is known of a channel beside its label. */
export interface LabelContext {
  /** Unit as the file spells it. */
  readonly unit?: string;
  /** What the user says unknown channels are. */
  readonly sensor?: Sensor;
  /** Lead of an ECG that states none; "I" if not given. */
  readonly ecgLead?: string;
}

/**
 * Read a file's label: what kind of signal it is, its canonical name, reference or second electrode, and why.
 * Reading a canonical name gives that name again.
 */
export function parseLabel(label: string, context: LabelContext = {}): ParsedLabel {
  const { unit = "", sensor, ecgLead = DEFAULT_ECG_LEAD } = context;
  const words = labelWords(label);
  const text = cleanLabel(label);
  const set = parseDerived(words) ?? parseByUnit(unit);
  if (set !== undefined) return set;
  if (text.startsWith("-") && parseLead(words, false) !== undefined) {
    return { kind: "ecg", reason: "An ECG lead with its sign turned, which the model does not know" };
  }
  const eeg = /^(?:EEG[\s_:.,-]*)+(.*)$/.exec(text);
  if (eeg !== null) return parsePrefixedEeg(eeg[1], ecgLead);
  const named =
    (sensor === "ecg" ? parseLead(words, true) : undefined) ??
    (unitFamily(unit) === "percent" ? undefined : parseElectrodes(text.replace(/^(POL|RAW)[\s_:.-]+/, ""))) ??
    parseEcg(words, ecgLead) ??
    parsePpg(words) ??
    parseOther(words);
  return named ?? parseUnknown(text, words, sensor, ecgLead);
}

/** After the prefix "EEG": electrodes, or what recorders file under EEG ("EEG EKG1-REF", "EEG LOC-REF"). */
function parsePrefixedEeg(text: string, ecgLead: string): ParsedLabel {
  const words = labelWords(text);
  const isLead = words.length > 0 && /^(ECG|EKG)/.test(words[0]);
  return (
    parseElectrodes(text) ??
    (isLead ? parseEcg(words, ecgLead) : undefined) ??
    parsePpg(words) ??
    parseOther(words) ??
    withoutElectrode(text)
  );
}

function parseUnknown(
  text: string,
  words: readonly string[],
  sensor: Sensor | undefined,
  ecgLead: string,
): ParsedLabel {
  if (text === "") return { kind: "unknown", reason: "Has no label" };
  if (sensor === "eeg") return withoutElectrode(text);
  if (sensor === "ppg") return { kind: "ppg", name: PPG_NAME, reason: "PPG, as the user says" };
  const asserted = sensor === "ecg" ? parseEcg(words, ecgLead, true) : undefined;
  if (asserted !== undefined) return asserted;
  if (/^E\d{1,3}$/.test(text)) {
    return { kind: "unknown", reason: "A number of an electrode net, not a name of the 10-05 system" };
  }
  return { kind: "unknown", reason: "Its label and unit tell neither EEG nor ECG nor PPG" };
}

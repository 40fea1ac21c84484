import { ECG_LEADS } from "./locations.ts";
import type { ParsedLabel } from "./parsedLabel.ts";

/** Lead taken for an ECG that does not say which it is: the authors' choice for HMC. */
export const DEFAULT_ECG_LEAD = "I";

const ECG_WORD = /^(?:ECG|EKG|ELECTROCARDIOGRA(?:M|PHY))/;

const ROMAN = ["", "I", "II", "III"];

type Spelling = readonly [pattern: RegExp, lead: (found: string) => string, said: string];

/** Spellings of leads that need no word ECG beside them. */
const SPELLINGS: readonly Spelling[] = [
  [new RegExp(`^(${[...ECG_LEADS.keys()].join("|")})$`), (found) => found, "lead"],
  [/^ML(I{1,3})$/, (found) => found, "modified limb lead"],
  [/^D(I{1,3})$/, (found) => found, "limb lead"],
  [/^MV([1-6])$/, (found) => `V${found}`, "modified chest lead"],
  [/^(?:MCL|CM|CC)([1-6])$/, (found) => `V${found}`, "bipolar chest lead with its electrode where V has it"],
];

/** Spellings that mean something else without the word ECG: IEC chest leads, numbers. */
const ASSERTED_SPELLINGS: readonly Spelling[] = [
  [/^C([1-6])$/, (found) => `V${found}`, "chest lead in IEC spelling"],
  [/^V([RLF])$/, (found) => `AV${found}`, "limb lead"],
  [/^D([1-3])$/, (found) => ROMAN[Number(found)], "limb lead"],
];

const PLACELESS = /^(V|V[789]|V[2-6]R|V[XYZ])$/;
const PLACELESS_ASSERTED = /^([XYZ]|[RL][AL]|[NRLF])$/;

/**
 * Read an ECG label from its words: "MLII", "aVR", "ECG V1", "Lead II", "ECG", "EKG1".
 * @param asserted the user says that it is an ECG, so no word of the label has to
 * @returns undefined where nothing tells of an ECG
 */
export function parseEcg(words: readonly string[], defaultLead: string, asserted = false): ParsedLabel | undefined {
  const isEcg = asserted || words.some((word) => ECG_WORD.test(word));
  return parseLead(words, isEcg) ?? (isEcg ? unstatedLead(defaultLead) : undefined);
}

/**
 * Read a label that states its lead.
 * @param isEcg whether it is known to be an ECG, so that "C1" can mean the chest lead and not the electrode
 */
export function parseLead(words: readonly string[], isEcg: boolean): ParsedLabel | undefined {
  const isLead = words.includes("LEAD");
  const rest = words
    .map((word) => word.replace(ECG_WORD, ""))
    .filter((word) => word !== "" && word !== "LEAD" && word !== "REF");
  const text = rest.length === 2 && rest[0] === "A" ? rest.join("") : rest[0]; // "a VR"
  if (rest.length === 0 || (rest.length > 1 && text === rest[0])) return undefined;
  if (isLead && /^[123]$/.test(text)) return lead(ROMAN[Number(text)], "limb lead");
  for (const [pattern, toLead, said] of isEcg || isLead ? [...SPELLINGS, ...ASSERTED_SPELLINGS] : SPELLINGS) {
    const found = pattern.exec(text);
    if (found !== null) return lead(toLead(found[1]), said);
  }
  if (!PLACELESS.test(text) && !(isEcg && PLACELESS_ASSERTED.test(text))) return undefined;
  return { kind: "ecg", reason: `ECG electrode or lead "${text}" without a place among the model's 12 leads` };
}

const lead = (name: string, said: string): ParsedLabel => ({ kind: "ecg", name, reason: `ECG ${said}` });

const unstatedLead = (name: string): ParsedLabel => ({
  kind: "ecg",
  name,
  assumed: true,
  reason: `ECG whose label states no lead, taken as lead ${name}`,
});

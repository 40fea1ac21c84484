import type { OpenOptions } from "../fileFormat.ts";

const LEADS = ["I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6"];
const ELECTRODES = ["Fp1", "Fp2", "F3", "F4"];

/** Labels for an example: what `n` channels could be. */
function exampleLabels(n: number | undefined): string[] {
  if (n === 1) return ["PPG"];
  if (n === LEADS.length) return LEADS;
  return n !== undefined && n < ELECTRODES.length ? ELECTRODES.slice(0, n) : [...ELECTRODES, "…"];
}

/** What an example should show; `undefined` leaves a part out. */
export interface Example extends Pick<OpenOptions, "variable" | "layout" | "labels"> {
  readonly sfreq?: number;
  readonly nLabels?: number;
}

/** One sentence that shows a full example as CLI flags and as library options. */
export function exampleOf(fileName: string, { variable, sfreq, layout, labels, nLabels }: Example): string {
  const names = labels ?? (nLabels === undefined ? undefined : exampleLabels(nLabels || undefined));
  const flags: string[] = [];
  const fields: string[] = [];
  const add = (name: string, flag: string, field: string) => {
    flags.push(`--${name} ${flag}`);
    fields.push(`${name}: ${field}`);
  };
  if (variable !== undefined) add("variable", shellWord(variable), JSON.stringify(variable));
  if (layout !== undefined) add("layout", layout, JSON.stringify(layout));
  if (sfreq !== undefined) add("sfreq", String(sfreq), String(sfreq));
  if (names !== undefined) {
    add("labels", shellWord(names.join(",")), `[${names.map((n) => (n === "…" ? n : JSON.stringify(n))).join(", ")}]`);
  }
  return `For example on the command line ${flags.join(" ")}, or in code open(${JSON.stringify(fileName)}, { ${fields.join(", ")} })`;
}

const shellWord = (text: string): string => (/^[\w./,:…+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** "data_group_0/X int16 [1442, 12, 2500]" */
export const describeArray = (array: {
  readonly path: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}): string => `${array.path} ${array.dtype} [${array.shape.join(", ")}]`;

/** At most `most` items, then how many more there are. */
export function listSome(items: readonly string[], most = 8): string {
  const shown = items.slice(0, most).join("; ");
  return items.length > most ? `${shown}; and ${items.length - most} more` : shown;
}

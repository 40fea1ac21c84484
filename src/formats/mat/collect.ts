import { type Fact, factKind } from "../arrays/facts.ts";
import { memoryArray, type NamedArray } from "../arrays/namedArray.ts";
import type { MatFile, MatStruct, MatValue } from "./value.ts";

/** Arrays and facts of a MAT file, with paths such as `EEG/data`, `data/trial{1}`, `run(2)/x`. */
export interface MatContents {
  readonly arrays: NamedArray[];
  readonly facts: Fact[];
  readonly notes: string[];
}

/** Most values looked at; a file with more has its first ones listed. */
const MOST_VALUES = 100_000;

/** Walk through structs and cells and list every numeric array and everything that tells about signals. */
export function collectMat({ variables }: Pick<MatFile, "variables">): MatContents {
  const contents: MatContents = { arrays: [], facts: [], notes: [] };
  let left = MOST_VALUES;

  function visit(value: MatValue, path: string, scope: string, name: string): void {
    if (left-- <= 0) return;
    if (factKind(name) !== undefined) addFact(value, scope, name);
    if (value.kind === "numeric" && value.type !== "bool" && value.data.length > 0) {
      if (value.complex) contents.notes.push(`${path} is complex: only its real part is used.`);
      contents.arrays.push(memoryArray(path, value.type, squeezed(value.shape), value.data, "column-major"));
    } else if (value.kind === "cell") {
      for (const [i, item] of value.items.entries()) visit(item, `${path}{${i + 1}}`, path, "");
    } else if (value.kind === "struct") visitStruct(value, path);
    else if (value.kind === "skipped") contents.notes.push(`${path} is ${value.what} and was not read.`);
  }

  function visitStruct({ fields }: MatStruct, path: string): void {
    for (const [field, values] of fields) {
      for (const [i, value] of values.entries()) {
        const parent = values.length === 1 ? path : `${path}(${i + 1})`;
        visit(value, `${parent}/${field}`, parent, field);
      }
    }
  }

  function addFact(value: MatValue, scope: string, name: string): void {
    const told = tell(value);
    if (told !== undefined) contents.facts.push({ scope, name, value: told });
  }

  for (const [name, value] of variables) visit(value, name, "", name);
  return contents;
}

/** Trailing axes of length 1 that MATLAB keeps for 2-D data are dropped from 3-D on; 2-D stays 2-D. */
function squeezed(shape: readonly number[]): number[] {
  const kept = [...shape];
  while (kept.length > 2 && kept.at(-1) === 1) kept.pop();
  return kept;
}

/** A number, a text or a list of texts, where the value is one. */
function tell(value: MatValue): Fact["value"] | undefined {
  if (value.kind === "numeric") return value.data.length === 1 ? Number(value.data[0]) : undefined;
  if (value.kind === "char") return value.rows.length === 1 ? value.rows[0].trim() : value.rows.map((r) => r.trim());
  if (value.kind === "cell") return texts(value.items);
  if (value.kind === "struct") return texts(value.fields.get("labels") ?? []); // EEGLAB: chanlocs(i).labels
  return undefined;
}

/** The text of each value; undefined unless all are texts. */
function texts(values: readonly MatValue[]): string[] | undefined {
  const found = values.map((value) => (value.kind === "char" ? (value.rows[0] ?? "").trim() : undefined));
  return found.length > 0 && found.every((text) => text !== undefined) ? found : undefined;
}

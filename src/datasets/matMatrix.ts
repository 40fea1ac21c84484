import { FormatError } from "../errors.ts";
import { readMat } from "../formats/index.ts";
import { fileName } from "./paths.ts";
import type { DataFolder } from "./recipe.ts";

/** A numeric matrix of a MAT file. */
export interface MatMatrix {
  readonly nRows: number;
  readonly nCols: number;
  row(index: number): Float64Array;
  column(index: number): Float64Array;
}

/**
 * Read a matrix of real numbers from a MAT v5 file.
 * @param variable its name; if not given, the one variable of the file
 * @throws FormatError where there is none, naming the file
 */
export async function readMatMatrix(folder: DataFolder, path: string, variable?: string): Promise<MatMatrix> {
  const where = fileName(path);
  const { variables, warnings } = readMat(await folder.read(path), where);
  const value =
    variable === undefined && variables.size === 1 ? [...variables.values()][0] : variables.get(variable ?? "");
  if (value?.kind !== "numeric" || value.complex || value.shape.length !== 2) {
    throw new FormatError({
      where,
      what: "is not as this dataset has it",
      expected: variable === undefined ? "one matrix of numbers" : `a matrix of numbers named ${variable}`,
      got: [...variables.keys(), ...warnings].join(", ") || "no variable",
    });
  }
  const { data } = value;
  const [nRows, nCols] = value.shape;
  const pick = (length: number, from: number, step: number) =>
    Float64Array.from({ length }, (_, i) => Number(data[from + i * step])); // column-major
  return {
    nRows,
    nCols,
    row: (index) => pick(nCols, index, nRows),
    column: (index) => pick(nRows, index * nRows, 1),
  };
}

import type { Dataset, Metadata, Reference } from "h5wasm";
import { type Hdf5File, numericType } from "./library.ts";

/** HDF5 type classes. */
const TYPE = { STRING: 3, REFERENCE: 7 } as const;

/** Most elements and bytes read of an attribute or a dataset that may tell names or rates; files may declare any number. */
const MOST_TEXTS = 4096;
const MOST_BYTES = 2 ** 20;

/** Whether something can be read whole without a thought. */
export const isSmall = ({ total_size: count, size, shape }: Metadata): boolean =>
  count <= MOST_TEXTS && count * size <= MOST_BYTES && (shape ?? []).every((n) => n <= MOST_TEXTS);

/** The class that MATLAB notes on each dataset of a v7.3 file: "double", "char", "cell", … */
export function matlabClass({ attrs }: Dataset): string | undefined {
  const value = attrs["MATLAB_class"]?.value;
  return typeof value === "string" ? value : undefined;
}

/** MATLAB chars are numbers; rows of the array are texts. */
export function charsOf(file: Hdf5File, dataset: Dataset): string[] | undefined {
  const { shape } = dataset.metadata;
  const type = numericType(dataset);
  if (shape === null || shape.length !== 2 || type === undefined || !isSmall(dataset.metadata)) return undefined;
  const [nCols, nRows] = shape; // HDF5 shows MATLAB's axes in reverse
  const codes = file.readNumbers(dataset, type, [
    [0, nCols],
    [0, nRows],
  ]);
  return Array.from({ length: nRows }, (_, row) =>
    Array.from({ length: nCols }, (_, col) => String.fromCharCode(Number(codes[col * nRows + row])))
      .join("")
      .trim(),
  );
}

/** Strings, or a MATLAB cell whose references all lead to chars. */
export function textsOf(file: Hdf5File, dataset: Dataset): string[] | undefined {
  const { type } = dataset.metadata;
  if (type !== TYPE.STRING && type !== TYPE.REFERENCE) return undefined;
  const { value } = dataset;
  const items = Array.isArray(value) ? value : [value];
  if (type === TYPE.STRING) return items.every((item) => typeof item === "string") ? items : undefined;
  const found = items.map((item) => referredText(file, dataset, item as Reference));
  return found.every((text) => text !== undefined) ? found : undefined;
}

function referredText(file: Hdf5File, dataset: Dataset, reference: Reference): string | undefined {
  const target = dataset.dereference(reference);
  if (target === null || !("attrs" in target) || !file.isDataset(target)) return undefined;
  return charsOf(file, target)?.[0];
}

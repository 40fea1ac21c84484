import { FormatError } from "../errors.ts";
import { memorySource, type NamedArray, openHdf5 } from "../formats/index.ts";
import { fileName } from "./paths.ts";
import type { DataFolder } from "./recipe.ts";

/** An HDF5 file whose arrays are looked up by name and shape. */
export interface Hdf5Tables {
  /** Paths of all numeric arrays. */
  readonly paths: readonly string[];
  /**
   * @param axes length per axis; undefined where any will do
   * @throws FormatError where there is no such array, or it has another shape
   */
  array(path: string, axes: readonly (number | undefined)[]): NamedArray;
  /** All values of an array with one axis. @throws FormatError as `array` */
  column(path: string, length?: number): Promise<Float64Array>;
  /** All strings of a dataset. @throws FormatError where it is none, or has another length */
  texts(path: string, length: number): readonly string[];
  close(): Promise<void>;
}

/** @throws FormatError where the file is missing or damaged */
export async function openTables(folder: DataFolder, path: string): Promise<Hdf5Tables> {
  const where = fileName(path);
  const file = await openHdf5(memorySource(await folder.read(path), where));
  const arrays = new Map(file.arrays.map((array) => [array.path, array]));
  const unfit = (name: string, expected: string, got: string): FormatError =>
    new FormatError({ where, what: `${name} is not as this dataset has it`, expected, got });
  const array = (name: string, axes: readonly (number | undefined)[]): NamedArray => {
    const found = arrays.get(name);
    if (found !== undefined && fits(found.shape, axes)) return found;
    const expected = `shape [${axes.map((n) => n ?? "any").join(", ")}]`;
    throw unfit(name, expected, found === undefined ? "no such array" : `[${found.shape.join(", ")}]`);
  };
  return {
    paths: [...arrays.keys()],
    array,
    async column(name, length) {
      const found = array(name, [length]);
      return found.read([[0, found.shape[0]]]);
    },
    texts(name, length) {
      const found = file.texts(name);
      if (found?.length === length) return found;
      throw unfit(name, `${length} texts`, found === undefined ? "none" : String(found.length));
    },
    close: () => file.close(),
  };
}

const fits = (shape: readonly number[], axes: readonly (number | undefined)[]): boolean =>
  shape.length === axes.length && axes.every((n, k) => n === undefined || n === shape[k]);

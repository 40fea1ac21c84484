import type { Dataset } from "h5wasm";
import { toFloat64 } from "../arrays/elementType.ts";
import { type Fact, factKind } from "../arrays/facts.ts";
import { memoryArray, type NamedArray } from "../arrays/namedArray.ts";
import { type Hdf5File, type Hdf5Object, numericType } from "./library.ts";
import { charsOf, isSmall, matlabClass, textsOf } from "./texts.ts";

/** Most objects listed. */
const MOST_OBJECTS = 20_000;

export interface Hdf5Contents {
  readonly arrays: readonly NamedArray[];
  readonly facts: readonly Fact[];
  readonly warnings: readonly string[];
}

/**
 * List the numeric datasets of a file and everything that tells about signals: attributes, scalars and texts beside the data.
 * @param matlab whether the file is a MAT v7.3 file, whose axes HDF5 shows in reverse
 */
export function listHdf5(file: Hdf5File, matlab: boolean): Hdf5Contents {
  const arrays: NamedArray[] = [];
  const facts: Fact[] = [];
  const warnings: string[] = [];
  const attempt = (path: string, look: () => void): void => {
    try {
      file.guard(`cannot read ${path}`, look);
    } catch (error) {
      warnings.push(`Left out: ${(error as Error).message}.`);
    }
  };
  attempt("the attributes of the file", () => facts.push(...attributesOf(file.root, "")));
  const paths = file.paths();
  if (paths.length > MOST_OBJECTS)
    warnings.push(`Only the first ${MOST_OBJECTS} of ${paths.length} objects are listed.`);
  for (const path of paths.slice(0, MOST_OBJECTS)) {
    if (/^#\w+#/.test(path)) continue; // MATLAB's bookkeeping: #refs#, #subsystem#
    attempt(path, () => {
      const object = file.get(path);
      if (object === undefined) return;
      if (file.isDataset(object)) {
        const array = arrayOf(file, object, path, matlab);
        if (array !== undefined) arrays.push(array);
        facts.push(...datasetFacts(file, object, path));
      }
      facts.push(...attributesOf(object, path));
    });
  }
  return { arrays, facts, warnings };
}

function arrayOf(file: Hdf5File, dataset: Dataset, path: string, matlab: boolean): NamedArray | undefined {
  const { shape, chunks } = dataset.metadata;
  const type = numericType(dataset);
  if (shape === null || shape.length === 0 || type === undefined) return undefined;
  if (matlab && (matlabClass(dataset) === "char" || "MATLAB_empty" in dataset.attrs)) return undefined;
  const read = (ranges: Parameters<NamedArray["read"]>[0]): Float64Array =>
    toFloat64(file.readNumbers(dataset, type, ranges));
  if (!matlab) {
    const recordsPerBlock = shape.length === 3 ? chunks?.[0] : undefined;
    return { path, shape, dtype: type, recordsPerBlock, read: async (ranges) => read(ranges) };
  }
  return {
    path,
    shape: shape.toReversed(),
    dtype: type,
    async read(ranges) {
      const counts = ranges.map(([start, stop]) => stop - start);
      const box = memoryArray(path, type, counts, read(ranges.toReversed()), "column-major");
      return box.read(counts.map((n) => [0, n]));
    },
  };
}

/** Attributes whose names tell rate, channels, unit or scale. */
function attributesOf(object: Hdf5Object, path: string): Fact[] {
  return Object.entries(object.attrs).flatMap(([name, attribute]): Fact[] => {
    if (factKind(name) === undefined || !isSmall(attribute.metadata)) return [];
    const told = tell(attribute.value);
    return told === undefined ? [] : [{ scope: path, name, value: told }];
  });
}

/** A small dataset whose own name tells something: `fs`, `channel_names`, MATLAB cells of names, EEGLAB's chanlocs. */
function datasetFacts(file: Hdf5File, dataset: Dataset, path: string): Fact[] {
  const parts = path.split("/");
  const isLocations = parts.at(-2) === "chanlocs" && parts.at(-1) === "labels";
  const name = isLocations ? "chanlocs" : (parts.at(-1) ?? "");
  const { total_size: size, shape } = dataset.metadata;
  if (factKind(name) === undefined || shape === null || !isSmall(dataset.metadata)) return [];
  const scope = parts.slice(0, isLocations ? -2 : -1).join("/");
  const texts = matlabClass(dataset) === "char" ? charsOf(file, dataset) : textsOf(file, dataset);
  if (texts !== undefined) return [{ scope, name, value: texts.length === 1 ? texts[0] : texts }];
  if (size !== 1 || numericType(dataset) === undefined) return [];
  const told = tell(dataset.value);
  return told === undefined ? [] : [{ scope, name, value: told }];
}

/** A number, a text or a list of texts, where the value is one. */
function tell(value: unknown): Fact["value"] | undefined {
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "bigint") return Number(value);
  if (ArrayBuffer.isView(value)) {
    const elements = Array.from(value as unknown as ArrayLike<number | bigint>);
    return elements.length === 1 ? Number(elements[0]) : undefined;
  }
  if (!Array.isArray(value) || value.length === 0 || !value.every((text) => typeof text === "string")) return undefined;
  return value.length === 1 ? value[0] : value;
}

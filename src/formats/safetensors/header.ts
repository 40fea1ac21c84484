import { FormatError } from "../../errors.ts";
import { ARRAY_TYPES, type Dtype, elementCount } from "./tensor.ts";

/** Largest header that the format allows, bytes. */
export const HEADER_LIMIT = 100_000_000;

/** Bytes of the little-endian uint64 that stands in front of the header. */
export const LENGTH_BYTES = 8;

/** Where one tensor lies; `start` and `stop` are byte offsets from the start of the file. */
export interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly stop: number;
}

export interface SafetensorsHeader {
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Record<string, string>;
}

/**
 * Length of the JSON header from the first 8 bytes.
 * @throws FormatError when the file is too short for it or it exceeds the format's limit
 */
export function readHeaderLength(first: Uint8Array, fileSize: number, name: string): number {
  if (first.length < LENGTH_BYTES) {
    throw fail(name, "is too short for a safetensors file", `at least ${LENGTH_BYTES} bytes`, `${first.length} bytes`);
  }
  const length = new DataView(first.buffer, first.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  const most = Math.min(HEADER_LIMIT, fileSize - LENGTH_BYTES);
  if (length < 2n || length > BigInt(most)) {
    throw fail(name, "has an impossible header length", `2 to ${most} bytes`, `${length} bytes`, "byte 0");
  }
  return Number(length);
}

/**
 * Parse and check the JSON header: known dtypes, sizes that match shapes, data that fills the rest of the file without overlap or hole.
 * @param json the header's bytes
 * @see https://huggingface.co/docs/safetensors/index#format
 */
export function readSafetensorsHeader(json: Uint8Array, fileSize: number, name: string): SafetensorsHeader {
  const parsed = parseJson(json, name);
  const dataStart = LENGTH_BYTES + json.length;
  const tensors = new Map<string, TensorInfo>();
  let metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(parsed)) {
    if (key === "__metadata__") metadata = readMetadata(value, name);
    else tensors.set(key, readInfo(value, dataStart, fileSize, `${name}, tensor ${key}`));
  }
  checkCoverage(tensors, dataStart, fileSize, name);
  return { tensors, metadata };
}

function parseJson(json: Uint8Array, name: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch (cause) {
    throw new FormatError({
      where: name,
      what: "has a header that is not JSON",
      at: `byte ${LENGTH_BYTES}`,
      todo: "The file is damaged or not a safetensors file",
      cause,
    });
  }
  if (isObject(parsed)) return parsed;
  throw fail(name, "has a header that is not a JSON object", "{…}", kindOf(parsed), `byte ${LENGTH_BYTES}`);
}

function readMetadata(value: unknown, name: string): Record<string, string> {
  if (isObject(value) && Object.values(value).every((text) => typeof text === "string")) {
    return value as Record<string, string>;
  }
  throw fail(name, "has __metadata__ of a wrong kind", "an object of strings", kindOf(value));
}

function readInfo(value: unknown, dataStart: number, fileSize: number, where: string): TensorInfo {
  if (!isObject(value)) throw fail(where, "has an entry of a wrong kind", "an object", kindOf(value));
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(ARRAY_TYPES, dtype)) {
    throw fail(where, "has an unknown dtype", Object.keys(ARRAY_TYPES).join(", "), String(dtype));
  }
  if (!isCounts(shape))
    throw fail(where, "has no valid shape", "a list of counts", `${JSON.stringify(shape)}`.slice(0, 80));
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw fail(where, "has no valid data_offsets", "[start, stop]", `${JSON.stringify(offsets)}`.slice(0, 80));
  }
  const [start, stop] = [dataStart + offsets[0], dataStart + offsets[1]];
  if (stop > fileSize) {
    throw new FormatError({
      where,
      what: "lies outside the file",
      expected: `data up to byte ${fileSize}`,
      got: `bytes ${start} to ${stop}`,
      todo: "The file is truncated: fetch it again",
    });
  }
  const bytes = elementCount(shape) * ARRAY_TYPES[dtype as Dtype].BYTES_PER_ELEMENT;
  if (bytes !== stop - start) {
    throw fail(where, "has a size that does not match its shape", `${bytes} bytes`, `${stop - start} bytes`);
  }
  return { dtype: dtype as Dtype, shape, start, stop };
}

/** The data must be indexed completely and once, so that no byte can hide and no tensor alias another. */
function checkCoverage(tensors: ReadonlyMap<string, TensorInfo>, dataStart: number, fileSize: number, name: string) {
  const ordered = [...tensors].sort(([, a], [, b]) => a.start - b.start || a.stop - b.stop);
  let end = dataStart;
  for (const [key, { start, stop }] of ordered) {
    if (start !== end) {
      const what = start < end ? "overlaps the tensor before it" : "leaves a hole before it";
      throw fail(`${name}, tensor ${key}`, what, `a start at byte ${end}`, `byte ${start}`);
    }
    end = stop;
  }
  if (end !== fileSize) {
    throw fail(name, "has bytes that belong to no tensor", `an end at byte ${end}`, `${fileSize} bytes`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

const kindOf = (value: unknown): string => (Array.isArray(value) ? "a list" : value === null ? "null" : typeof value);

const fail = (where: string, what: string, expected: string, got: string, at?: string): FormatError =>
  new FormatError({ where, what, at, expected, got });

import type { Json } from "../../formats/json.ts";

/** Data types that stores use. */
export type DataType = "int16" | "uint32" | "float32" | "float64";

export const BYTES_OF: Readonly<Record<DataType, number>> = { int16: 2, uint32: 4, float32: 4, float64: 8 };

/** An array of a store: rows of one shape, cut into chunks of whole rows; chunks lie in shards or in files of their own. */
export interface ArraySpec {
  readonly dataType: DataType;
  /** Number of rows. */
  readonly rows: number;
  /** Shape of a row: (C, T), (C) or none. */
  readonly rowShape: readonly number[];
  readonly rowsPerChunk: number;
  /** 0: no shards. */
  readonly chunksPerShard: number;
  /** Name of every axis. */
  readonly axes: readonly string[];
}

/** Bytes of the chunk before compression. */
export const chunkBytes = ({ dataType, rowShape, rowsPerChunk }: ArraySpec): number =>
  rowShape.reduce((product, n) => product * n, rowsPerChunk * BYTES_OF[dataType]);

/**
 * Blosc with bit shuffle and Zstandard; what it gains over gzip stands in `bench/store.ts`. The element size is that which
 * numcodecs' encoder writes into every buffer.
 */
export const BLOSC = { cname: "zstd", clevel: 3, shuffle: "bitshuffle", typesize: 4, blocksize: 0 } as const;

const LITTLE_ENDIAN: Json = { name: "bytes", configuration: { endian: "little" } };
const CHUNK_CODECS: readonly Json[] = [LITTLE_ENDIAN, { name: "blosc", configuration: BLOSC }, { name: "crc32c" }];

/**
 * The `zarr.json` of an array.
 * @see Zarr v3 core specification, "Array metadata"; codecs bytes, blosc, crc32c, sharding-indexed 1.0
 */
export function arrayMetadata(spec: ArraySpec): Json {
  const { rowShape, rowsPerChunk, chunksPerShard } = spec;
  const chunk = [rowsPerChunk, ...rowShape];
  return {
    zarr_format: 3,
    node_type: "array",
    shape: [spec.rows, ...rowShape],
    data_type: spec.dataType,
    chunk_grid: {
      name: "regular",
      configuration: { chunk_shape: [rowsPerChunk * Math.max(1, chunksPerShard), ...rowShape] },
    },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: spec.dataType.startsWith("float") ? "NaN" : 0,
    codecs: chunksPerShard === 0 ? CHUNK_CODECS : [sharding(chunk)],
    dimension_names: spec.axes,
    attributes: {},
  };
}

const sharding = (chunk: readonly number[]): Json => ({
  name: "sharding_indexed",
  configuration: {
    chunk_shape: chunk,
    codecs: CHUNK_CODECS,
    index_codecs: [LITTLE_ENDIAN, { name: "crc32c" }],
    index_location: "end",
  },
});

/** The `zarr.json` of a group. `members`: the documents below it by path, where they never change once written. */
export function groupMetadata(attributes: Json, members?: Readonly<Record<string, Json>>): Json {
  const group = { zarr_format: 3, node_type: "group", attributes };
  if (members === undefined) return group;
  return { ...group, consolidated_metadata: { kind: "inline", must_understand: false, metadata: members } };
}

/** Name of the file of a chunk (or shard) of rows below the folder of its array: "c/3/0/0". */
export const chunkKey = (index: number, rowShape: readonly number[]): string =>
  ["c", index, ...rowShape.map(() => 0)].join("/");

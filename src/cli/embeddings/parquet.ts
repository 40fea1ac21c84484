import type { TableFormat } from "./table.ts";

/** Rows collected before they are compressed together: 4 MB of embeddings of 256. */
const GROUP_ROWS = 4096;

/** Parquet: recording (string), onset, duration (double), embedding (list of float). */
export const parquetTable: TableFormat = {
  extension: ".parquet",
  needsSidecar: false,
  async start(file, { width, description }) {
    const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
    const bytes = new ByteWriter();
    const kvMetadata: { key: string; value?: string }[] = [{ key: "panluna" }];
    const writer = new ParquetWriter({ writer: bytes, schema: SCHEMA, kvMetadata, createdBy: "panluna" });
    let waiting: Row[] = [];
    const drain = async () => {
      await file.write(bytes.getBytes().slice());
      bytes.index = 0; // `offset` keeps counting: positions in the file stay right
    };
    const writeGroup = async () => {
      if (waiting.length === 0) return;
      await writer.write({ columnData: columnsOf(waiting), rowGroupSize: waiting.length });
      waiting = [];
      await drain();
    };
    return {
      async add({ recording, onsets, duration, embeddings }) {
        onsets.forEach((onset, i) => {
          waiting.push({ recording, onset, duration, embedding: embeddings.slice(i * width, (i + 1) * width) });
        });
        if (waiting.length >= GROUP_ROWS) await writeGroup();
      },
      async finish() {
        await writeGroup();
        kvMetadata[0].value = description();
        await writer.finish();
        await drain();
      },
    };
  },
};

interface Row {
  readonly recording: string;
  readonly onset: number;
  readonly duration: number;
  readonly embedding: Float32Array;
}

/** @see https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists */
const SCHEMA = [
  { name: "root", num_children: 4 },
  { name: "recording", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
  { name: "onset", type: "DOUBLE", repetition_type: "REQUIRED" },
  { name: "duration", type: "DOUBLE", repetition_type: "REQUIRED" },
  { name: "embedding", converted_type: "LIST", repetition_type: "REQUIRED", num_children: 1 },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", type: "FLOAT", repetition_type: "REQUIRED" },
] satisfies import("hyparquet-writer").SchemaElement[];

const columnsOf = (rows: readonly Row[]) => [
  { name: "recording", data: rows.map(({ recording }) => recording) },
  { name: "onset", data: rows.map(({ onset }) => onset) },
  { name: "duration", data: rows.map(({ duration }) => duration) },
  { name: "embedding", data: rows.map(({ embedding }) => Array.from(embedding)) },
];

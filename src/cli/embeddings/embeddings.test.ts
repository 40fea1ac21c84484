import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { npyFormat } from "../../formats/npy/npy.ts";
import { memorySource } from "../../formats/source/byteSource.ts";
import { csvTable } from "./csv.ts";
import { tableFormatOf } from "./index.ts";
import { npyTable } from "./npy.ts";
import { parquetTable } from "./parquet.ts";
import type { TableFormat } from "./table.ts";

const WIDTH = 3;
const EMBEDDINGS = Float32Array.of(0.1, -1e-7, 3e8, 1 / 3, 0, -2.5, 1.17549435e-38, 9, 10);
const NAMES = ["a.edf", 'b "2", left.edf'];

/** Two batches of the first recording, one of the second. */
async function written(format: TableFormat): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const file = {
    path: "x",
    write: async (bytes: Uint8Array) => void parts.push(bytes.slice()),
    commit: async () => {},
    discard: async () => {},
  };
  const table = await format.start(file, { rows: 3, width: WIDTH, description: () => '{"trained":false}' });
  for (const [row, recording] of [NAMES[0], NAMES[0], NAMES[1]].entries()) {
    const embeddings = EMBEDDINGS.subarray(row * WIDTH, (row + 1) * WIDTH);
    await table.add({ recording, onsets: [2.5 * row], duration: 5, embeddings });
  }
  await table.finish();
  return new Uint8Array(Buffer.concat(parts));
}

describe("files of embeddings", () => {
  it("NPY holds every float32 as it is, under a header that counts the rows first", async () => {
    const bytes = await written(npyTable);
    expect(new TextDecoder("latin1").decode(bytes.subarray(10, 128))).toMatch(/'<f4'.*'shape': \(3, 3\), \} *\n$/);
    const recording = await npyFormat.open(memorySource(bytes, "x.npy"), {
      sfreq: 1,
      labels: ["a", "b", "c"],
      layout: "times-first",
    });
    const columns = await recording.read();
    expect(columns.map((column) => [...column])).toEqual(
      [0, 1, 2].map((c) => [0, 1, 2].map((row) => EMBEDDINGS[row * WIDTH + c])),
    );
  });

  it("CSV brings every float32 back bit for bit", async () => {
    const lines = new TextDecoder()
      .decode(await written(csvTable))
      .trimEnd()
      .split("\n");
    expect(lines[0]).toBe("recording,onset,duration,e0,e1,e2");
    expect(lines[3]).toMatch(/^"b ""2"", left\.edf",5,5,/);
    const values = lines.slice(1).flatMap((line) => line.split(",").slice(-WIDTH).map(Number));
    expect(Float32Array.from(values)).toEqual(EMBEDDINGS);
  });

  it("Parquet holds name, times and the embedding as a list, and what the rows are", async () => {
    const bytes = await written(parquetTable);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    expect(rows).toEqual(
      [NAMES[0], NAMES[0], NAMES[1]].map((recording, row) => ({
        recording,
        onset: 2.5 * row,
        duration: 5,
        embedding: [...EMBEDDINGS.subarray(row * WIDTH, (row + 1) * WIDTH)],
      })),
    );
    expect(parquetMetadata(file).key_value_metadata).toEqual([{ key: "panluna", value: '{"trained":false}' }]);
  });

  it("is known by its extension", () => {
    expect(tableFormatOf("a/B.NPY")).toBe(npyTable);
    expect(() => tableFormatOf("a.txt")).toThrow(
      /^--out: is no file for embeddings: expected .*\.npy, \.csv, \.parquet.*got \.txt$/,
    );
  });
});

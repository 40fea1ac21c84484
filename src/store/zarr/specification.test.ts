import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layoutId } from "../layoutId.ts";
import { createStore } from "../node.ts";
import { eeg, fakeMeta, fakeRows, ppg } from "../pairs/fakeWindows.ts";
import type { WindowRow } from "../partWriter.ts";
import { littleEndian, type Values } from "./chunkCodec.ts";

/** A python3 of the search path that has what the reader needs. */
const python = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "python3"))
  .find((name) => spawnSync(name, ["-c", "import numpy, numcodecs"]).status === 0);

interface Node {
  readonly group?: readonly string[];
  readonly dtype?: string;
  readonly shape?: readonly number[];
  readonly first?: readonly (number | null)[];
  readonly sha256?: string;
}

describe.skipIf(python === undefined)(
  "a store read by the Zarr v3 specification (needs python3 with numcodecs)",
  () => {
    let folder: string;
    let nodes: Readonly<Record<string, Node>>;
    let [e, p] = ["", ""];
    const rows = { eeg: fakeRows("A", eeg, 45), ppg: fakeRows("B", ppg, 3) };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "panluna-zarr-"));
      for (const samples of ["int16", "float32"] as const) {
        const part = await (await createStore(join(folder, samples), fakeMeta({ samples }))).openPart("part one");
        await part.append(eeg, rows.eeg);
        await part.append(ppg, rows.ppg);
        await part.commit({});
      }
      [e, p] = [`part~20one/${await layoutId(eeg)}`, `part~20one/${await layoutId(ppg)}`];
      nodes = readZarr(join(folder, "float32"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    function readZarr(store: string): Readonly<Record<string, Node>> {
      const script = fileURLToPath(new URL("../pairs/readZarr.py", import.meta.url));
      const { status, stdout, stderr } = spawnSync(python as string, [script, store], { encoding: "utf8" });
      expect(stderr).toBe("");
      expect(status).toBe(0);
      return JSON.parse(stdout);
    }

    const hashOf = (values: Values) => createHash("sha256").update(littleEndian(values)).digest("hex");
    const samplesOf = (windows: readonly WindowRow[]) => Float32Array.from(windows.flatMap(({ x }) => [...x]));

    it("has these groups and arrays and nothing else", () => {
      const arrays = ["label_findings", "label_rate", "label_rest", "label_stage", "onset", "quality"];
      const below = (layout: string) => [
        layout,
        ...[...arrays, "recording", "subject", "x"].map((a) => `${layout}/${a}`),
      ];
      expect(Object.keys(nodes).sort()).toEqual(["", "part~20one", ...below(e), ...below(p)].sort());
      for (const group of ["", "part~20one", e, p]) expect(nodes[group]).toEqual({ group: ["panluna"] });
    });

    it("has the samples bit for bit", () => {
      expect(nodes[`${e}/x`]).toMatchObject({
        dtype: "float32",
        shape: [45, 3, 128],
        sha256: hashOf(samplesOf(rows.eeg)),
      });
      expect(nodes[`${p}/x`]).toMatchObject({
        dtype: "float32",
        shape: [3, 1, 128],
        sha256: hashOf(samplesOf(rows.ppg)),
      });
    });

    it("has the table", () => {
      const onset = hashOf(Float64Array.from(rows.eeg, (row) => row.onset));
      expect(nodes[`${e}/onset`]).toMatchObject({ dtype: "float64", shape: [45], sha256: onset });
      expect(nodes[`${e}/subject`]).toMatchObject({ dtype: "uint32", shape: [45], first: Array(8).fill(0) });
      expect(nodes[`${p}/subject`]).toMatchObject({ first: [1, 1, 1] });
      expect(nodes[`${e}/label_findings`]).toMatchObject({
        shape: [45, 2],
        first: [1, 0, null, null, 1, 0, null, null],
      });
      expect(nodes[`${e}/label_rate`]).toMatchObject({ shape: [45], first: [60, null, 62, null, 64, null, 66, null] });
    });

    it("has int16 steps whose product with the scale is the signal", () => {
      const int16 = readZarr(join(folder, "int16"));
      const scale = rows.eeg.flatMap(({ x }) =>
        [0, 1, 2].map((c) => Math.max(...x.subarray(c * 128, (c + 1) * 128).map(Math.abs)) / 32767),
      );
      const steps = rows.eeg.flatMap(({ x }, i) =>
        [...x].map((v, at) => Math.round(v / Math.fround(scale[3 * i + Math.floor(at / 128)]))),
      );
      expect(int16[`${e}/scale`]).toMatchObject({ shape: [45, 3], sha256: hashOf(Float32Array.from(scale)) });
      expect(int16[`${e}/x`]).toMatchObject({
        dtype: "int16",
        shape: [45, 3, 128],
        sha256: hashOf(Int16Array.from(steps)),
      });
    });
  },
);

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fileSource } from "../source/node.ts";
import { readWfdbAnnotations } from "./annotations.ts";
import { verifyChecksums } from "./checksum.ts";
import { openWfdb } from "./wfdb.ts";

/** What biosig reads from the same files; made by pairs/biosig.py. */
interface Reference {
  readonly nTimes: number;
  readonly samples: readonly string[];
  readonly nAnnotations: number;
  readonly annotations: string;
}

const folder = fileURLToPath(new URL("../../../../shared/data/mitdb/", import.meta.url));
const reference: Record<string, Reference> = JSON.parse(
  readFileSync(new URL("pairs/biosig.json", import.meta.url), "utf8"),
).mitdb;
const sha = (data: Int16Array | Int32Array) => createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex");

function toStored(mV: Float64Array): Int16Array {
  const stored = new Int16Array(mV.length);
  for (let i = 0; i < mV.length; i++) stored[i] = Math.round(mV[i] * 200 + 1024); // gain 200 per mV, baseline 1024
  return stored;
}

describe.skipIf(!existsSync(folder))("MIT-BIH Arrhythmia records (needs ../shared/data/mitdb)", () => {
  it.each(Object.keys(reference))(
    "record %s: checksums, first samples, and every sample as biosig reads it",
    async (name) => {
      const recording = await openWfdb(await fileSource(`${folder}${name}.hea`));
      const reports = await verifyChecksums(recording);
      expect(reports.map(({ ok, actualFirst, expectedFirst }) => [ok, actualFirst === expectedFirst])).toEqual([
        [true, true],
        [true, true],
      ]);
      const samples = await recording.read();
      const stored = samples.map(toStored);
      expect(stored.map((x) => x.length)).toEqual([reference[name].nTimes, reference[name].nTimes]);
      expect(stored.map(sha)).toEqual(reference[name].samples);
      expect(recording.warnings).toEqual([]);
      await recording.close();
    },
  );

  it.each(Object.keys(reference))("record %s: every annotation as biosig reads it", async (name) => {
    const source = await fileSource(`${folder}${name}.atr`);
    const { events, warnings } = await readWfdbAnnotations(source, 360);
    expect(events.length).toBe(reference[name].nAnnotations);
    expect(sha(Int32Array.from(events.flatMap(({ time, code }) => [time, code])))).toBe(reference[name].annotations);
    expect(warnings).toEqual([]);
    await source.close();
  });

  it("record 100 opens from its signal file too, with 2274 annotations, the first a normal rhythm at sample 18", async () => {
    const recording = await openWfdb(await fileSource(`${folder}100.dat`));
    expect(recording.name).toBe("100.hea");
    expect(recording.channels).toEqual([
      { label: "MLII", sfreq: 360, nTimes: 650000, unit: "mV" },
      { label: "V5", sfreq: 360, nTimes: 650000, unit: "mV" },
    ]);
    expect(recording.annotations.length).toBe(2274);
    expect(recording.annotations[0]).toEqual({ onset: 18 / 360, duration: 0, text: "+ (N" });
    expect(recording.annotations.at(-1)).toEqual({ onset: 649991 / 360, duration: 0, text: "N" });
    expect(recording.identity.notes).toEqual(["69 M 1085 1629 x1", "Aldomet, Inderal"]);
    await recording.close();
  });

  it("record 201 names its rhythms and comments after the symbol", async () => {
    const recording = await openWfdb(await fileSource(`${folder}201.atr`));
    const texts = new Set(recording.annotations.map(({ text }) => text));
    for (const text of ["+ (AFIB", "+ (N", "N", "V", "j", "a"]) expect(texts).toContain(text);
    await recording.close();
  });
});

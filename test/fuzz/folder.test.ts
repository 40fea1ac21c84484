import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PanlunaError } from "../../src/errors.ts";
import { openSource } from "../../src/formats/index.ts";
import { fileSource } from "../../src/formats/source/node.ts";
import { PATH_TRICKS } from "./mutateText.ts";

/** Samples of the file outside: none of them may ever be read. */
const CANARY = 12345;
const canary = new Uint8Array(Int16Array.from({ length: 64 }, () => CANARY).buffer);

describe("a record on disk cannot name a file outside its folder", () => {
  let root = "";
  let folder = "";
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "panluna-folder-"));
    folder = join(root, "record");
    await mkdir(join(folder, "below"), { recursive: true });
    for (const name of ["outside", "outside.dat", "secret.dat", "secret.hea"])
      await writeFile(join(root, name), canary);
    await writeFile(join(folder, "below", "outside.dat"), canary);
    await writeFile(join(root, "secret.hea"), "secret 1 100 64\nsecret.dat 16 1 16 0\n");
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  /** Everything that can be read of the record whose header has these bytes. */
  async function readHeader(text: string): Promise<number[]> {
    await writeFile(join(folder, "x.hea"), text);
    try {
      const recording = await openSource(await fileSource(join(folder, "x.hea")));
      const samples: number[] = [];
      for (const segment of recording.segments.keys()) {
        for (const channel of await recording.read({ segment })) samples.push(...channel);
      }
      await recording.close();
      return samples;
    } catch (error) {
      if (!(error instanceof PanlunaError)) throw error;
      return [];
    }
  }

  it("reads the canary where it lies beside the header, so that this test can fail", async () => {
    await writeFile(join(folder, "inside.dat"), canary);
    expect(await readHeader("x 1 100 64\ninside.dat 16 1 16 0\n")).toContain(CANARY);
  });

  const below = ["below/outside.dat", "./outside.dat", "below\\outside.dat", "../secret", "../secret.dat"];
  it.each([...PATH_TRICKS, ...below].map((trick) => [trick.slice(0, 40), trick]))("%j", async (_, trick) => {
    const absolute = trick.startsWith("/etc") ? join(root, "outside.dat") : trick;
    for (const name of new Set([trick, absolute])) {
      expect(await readHeader(`x 1 100 64\n${name} 16 1 16 0\n`)).not.toContain(CANARY);
      expect(await readHeader(`x/2 1 100 128\n${name} 64\n${name} 64\n`)).not.toContain(CANARY);
      expect(await readHeader(`${name} 1 100 64\n${name} 16 1 16 0\n`)).not.toContain(CANARY);
    }
  });

  it("refuses a record that leads back to itself, directly and through others", async () => {
    expect(await readHeader("x/2 1 100 128\nx 64\nx 64\n")).toEqual([]);
    await writeFile(join(folder, "y.hea"), "y/1 1 100 64\nx 64\n");
    expect(await readHeader("x/1 1 100 64\ny 64\n")).toEqual([]);
  });
});

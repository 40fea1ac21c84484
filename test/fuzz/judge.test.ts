import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FormatError } from "../../src/errors.ts";
import type { FileFormat } from "../../src/formats/index.ts";
import { FORMATS } from "../../src/formats/registry.ts";
import type { ByteSource } from "../../src/formats/source/byteSource.ts";
import { type Recording, recordingFromArrays } from "../../src/signal/recording.ts";
import { judge } from "./judge.ts";
import { makeMutant } from "./mutants.ts";

/** A sound reader, to be spoilt. */
async function sound(source: ByteSource): Promise<Recording> {
  const bytes = await source.read(0, source.size);
  const recording = recordingFromArrays([{ label: "a", sfreq: 4, samples: bytes }]);
  return { ...recording, close: () => source.close() };
}

const readers: Readonly<Record<string, (source: ByteSource) => Promise<Recording>>> = {
  sound,
  refusing: async () => {
    throw new FormatError({ where: "x", what: "is damaged" });
  },
  untagged: async () => JSON.parse("{"),
  greedy: async (source) => {
    new Float64Array(2 ** 22);
    return sound(source);
  },
  growing: async (source) => {
    Array.from({ length: 2 ** 21 }, () => 0);
    return sound(source);
  },
  swallowing: async (source) => {
    try {
      new Float64Array(2 ** 40);
    } catch {
      // as if nothing had happened
    }
    return sound(source);
  },
  curious: async (source) => {
    await source.sibling("../secret.dat").catch(() => undefined);
    return sound(source);
  },
  forgetful: async (source) => ({ ...(await sound(source)), close: async () => {} }),
  restless: async (source) => {
    for (let i = 0; i < 2e5; i++) await source.read(0, source.size);
    return sound(source);
  },
  boundless: async (source) => ({ ...(await sound(source)), segments: [{ onset: Number.NaN, duration: 1 }] }),
  short: async (source) => ({ ...(await sound(source)), read: async () => [new Float64Array(1)] }),
  rateless: async (source) => {
    const recording = await sound(source);
    return { ...recording, channels: recording.channels.map((c) => ({ ...c, sfreq: Number.POSITIVE_INFINITY })) };
  },
};

describe("the judge", () => {
  const registry = FORMATS as FileFormat[];
  const before = registry.length;
  beforeAll(() => {
    for (const [name, open] of Object.entries(readers)) {
      registry.push({ name, extensions: [], recognise: () => false, open });
    }
  });
  afterAll(() => {
    registry.length = before;
  });
  const judged = (format: string) =>
    judge({ name: "x", files: new Map([["x", new Uint8Array(8)]]), options: {}, inflates: false, format });

  it("finds nothing wrong with a sound reader and with one that refuses", async () => {
    expect(await judged("sound")).toMatchObject({ outcome: "read", problems: [] });
    expect(await judged("refusing")).toMatchObject({ outcome: "FormatError", problems: [] });
  });

  it.each([
    ["untagged", /throws SyntaxError/],
    ["greedy", /allocates beyond/],
    ["growing", /allocates beyond/],
    ["swallowing", /allocates beyond/],
    ["curious", /asks the folder for "\.\.\/secret\.dat"/],
    ["forgetful", /leaves 1 files open/],
    ["restless", /reads \d+ bytes of a record of 8/],
    ["boundless", /starts at NaN s/],
    ["short", /gives 1 samples instead of 8/],
    ["rateless", /has Infinity Hz/],
  ])("catches a reader that is %s", async (format, problem) => {
    expect((await judged(format)).problems.join("\n")).toMatch(problem);
  });

  it("makes the same mutant from the same seed, and another from another", () => {
    expect(makeMutant("WFDB", 17, 3)).toEqual(makeMutant("WFDB", 17, 3));
    expect(makeMutant("WFDB", 17, 3)).not.toEqual(makeMutant("WFDB", 17, 4));
  });
});

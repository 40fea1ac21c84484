import { describe, expect, it } from "vitest";
import { placeOf, zscore } from "../../signal/index.ts";
import type { ReadJob } from "./job.ts";
import { prepareWindows } from "./prepareWindows.ts";
import { drawReference, type Rereference } from "./rereference.ts";

const channelsOf = (names: readonly string[]) => names.map((name) => ({ name, ...placeOf(name)! }));
const CAP = channelsOf(["FP1", "F7-T3", "C3", "II", "C4", "O1", "PPG"]);
const kept = CAP.map((_, c) => c);
const ELECTRODES = [0, 2, 4, 5];
const drawn = (chance: number, from: readonly number[] = kept, count = 4000) =>
  Array.from({ length: count }, (_, step) => drawReference(CAP, from, chance, { seed: 1, step, place: 2 }));

const expectShare = (count: number, of: number, p: number) =>
  expect(Math.abs(count / of - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / of)); // 5 σ

describe("a reference that is drawn", () => {
  it("comes as often as its chance says: the mean of the electrodes, or one of them, each as often", () => {
    const found = drawn(0.4).filter((reference) => reference !== undefined);
    expectShare(found.length, 4000, 0.4);
    const means = found.filter(({ against }) => against.length > 1);
    expectShare(means.length, found.length, 0.5);
    for (const { electrodes, against } of means) expect([electrodes, against]).toEqual([ELECTRODES, ELECTRODES]);
    const singles = found.filter(({ against }) => against.length === 1);
    for (const c of ELECTRODES) {
      const own = singles.filter(({ against }) => against[0] === c);
      expectShare(own.length, singles.length, 0.25);
      expect(own[0].electrodes).toEqual(ELECTRODES.filter((other) => other !== c));
    }
  });

  it("needs four electrodes, and is the same whenever it is asked for", () => {
    expect(drawn(1, [0, 1, 2, 3, 4, 6]).every((reference) => reference === undefined)).toBe(true);
    expect(drawn(0).every((reference) => reference === undefined)).toBe(true);
    expect(drawn(1, kept, 20)).toEqual(drawn(1, kept, 20));
    expect(drawn(1, ELECTRODES, 20).every((reference) => reference !== undefined)).toBe(true);
  });
});

describe("windows against another reference", () => {
  /** Two windows of four electrodes and an ECG, five samples; whole numbers, so that every mean is exact. */
  const WINDOWS = [
    [
      [1, 5, 2, 8, 4],
      [3, 3, 6, 0, 4],
      [8, 0, 0, 4, 0],
      [0, 4, 4, 4, 4],
      [7, 9, 7, 5, 1],
    ],
    [
      [0, 4, 8, 0, 0],
      [4, 0, 4, 0, 8],
      [1, 1, 1, 1, 1],
      [2, 8, 0, 3, 1],
      [5, 5, 6, 5, 5],
    ],
  ];
  const job = (reference: Rereference, keep?: readonly number[]): ReadJob => ({
    ...{ corpus: 0, rows: new Uint32Array(2), nChans: 5, step: 0, indices: Uint32Array.of(0, 1) },
    ...{ reference, keep },
  });
  const prepared = (reference: Rereference, keep?: readonly number[], windows: readonly number[][][] = WINDOWS) =>
    prepareWindows(Float32Array.from(windows.flat(2)), job(reference, keep), { seed: 1, sfreq: 256 });
  const scored = (channels: readonly (readonly number[])[]) =>
    Float32Array.from(channels.flatMap((x) => [...zscore(x, new Float32Array(5))]));
  const all = [0, 1, 2, 3];

  it("are differences to the mean of the electrodes that are not flat, z-scored after that; other sensors stay", () => {
    const expected = [
      // minus the mean 3, 3, 3, 4, 3
      ...[
        [-2, 2, -1, 4, 1],
        [0, 0, 3, -4, 1],
        [5, -3, -3, 0, -3],
        [-3, 1, 1, 0, 1],
        [7, 9, 7, 5, 1],
      ],
      // the third is flat: minus the mean 2, 4, 4, 1, 3 of the other three
      ...[
        [-2, 0, 4, -1, -3],
        [2, -4, 0, -1, 5],
        [0, 0, 0, 0, 0],
        [0, 4, -4, 2, -2],
        [5, 5, 6, 5, 5],
      ],
    ];
    expect(prepared({ electrodes: all, against: all })).toEqual(scored(expected));
  });

  it("are differences to one electrode, which leaves; one that is flat changes nothing", () => {
    const expected = [
      ...[
        [-7, 5, 2, 4, 4],
        [-5, 3, 6, -4, 4],
        [-8, 4, 4, 0, 4],
        [7, 9, 7, 5, 1],
      ],
      ...[0, 1, 3, 4].map((c) => WINDOWS[1][c]),
    ];
    expect(prepared({ electrodes: [0, 1, 3], against: [2] }, [0, 1, 3, 4])).toEqual(scored(expected));
  });

  it("count what is not a number as 0, and keep the only electrode that is alive", () => {
    const gap = [[1, Number.NaN, 2, 8, 4], [3, 3, Infinity, 0, 4], ...WINDOWS[0].slice(2)];
    const filled = [[1, 0, 2, 8, 4], [3, 3, 0, 0, 4], ...WINDOWS[0].slice(2)];
    const mean = { electrodes: all, against: all };
    expect(prepared(mean, undefined, [gap, gap])).toEqual(prepared(mean, undefined, [filled, filled]));
    const dead = [WINDOWS[0][0], [2, 2, 2, 2, 2], [0, 0, 0, 0, 0], Array(5).fill(Number.NaN), WINDOWS[0][4]];
    const rest = [
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ];
    const alone = [dead[0], ...rest, dead[4]];
    expect(prepared(mean, undefined, [dead, dead])).toEqual(scored([...alone, ...alone]));
  });

  it("are cropped first, and in the channels that a micro-batch shows are the same as in all", () => {
    const crop = { nTimes: 3, place: "centre" } as const;
    const raw = Float32Array.from(WINDOWS.flat(2));
    const cut = Float32Array.from(WINDOWS.flat().flatMap((x) => x.slice(1, 4)));
    const mean = { electrodes: all, against: all };
    const expected = prepareWindows(cut, job(mean, [3, 1]), { seed: 1, sfreq: 256 });
    expect(prepareWindows(raw, job(mean, [3, 1]), { seed: 1, sfreq: 256, crop })).toEqual(expected);
    const whole = prepared(mean);
    expect(prepared(mean, [3, 1]).subarray(0, 10)).toEqual(
      Float32Array.of(...whole.subarray(15, 20), ...whole.subarray(5, 10)),
    );
  });
});

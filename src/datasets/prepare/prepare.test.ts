import { describe, expect, it } from "vitest";
import type { SplitName, TaskSpec } from "../../store/index.ts";
import { fakeStore } from "./fakeStore.ts";
import type { PartOutcome } from "./outcome.ts";
import { type Lane, type PrepareRun, prepareParts, type Share } from "./prepare.ts";

const TASKS = {
  stage: { kind: "multiclass", title: "stage", classes: ["wake", "sleep", "dream"] },
} as const satisfies Record<string, TaskSpec>;
const PARTS = Array.from({ length: 7 }, (_, i) => `part${i}`);

function outcomeOf(part: string, windows = 6, split?: SplitName): PartOutcome {
  return {
    part,
    treatments: [],
    unreadable: windows === 0 ? [{ recording: part, reason: "no header" }] : [],
    recordings:
      windows === 0
        ? []
        : [
            {
              id: part,
              file: `${part}.edf`,
              format: "EDF",
              subject: `s${Number(part.at(-1)) % 3}`,
              split,
              windows,
              seconds: windows * 600,
              layouts: [
                { sensors: { eeg: 2 }, channels: ["CZ", "PZ"], windows: windows - 1 },
                { sensors: { eeg: 2, ecg: 1 }, channels: ["CZ", "PZ", "I"], windows: 1 },
              ],
              labels: { stage: { sleep: windows } },
              sensorsLeftOut: { "ecg: small": windows - 1 },
              dropped: { "quality below 0.5": 2 },
              leftovers: { "after the last window": 36 },
              missing: {},
              warnings: part === "part2" ? ["Its end is missing."] : [],
            },
          ],
  };
}

/** A lane that commits what `make` says, and needs some turns of the event loop for it. */
function laneInto(
  store: ReturnType<typeof fakeStore>,
  make = (part: string) => outcomeOf(part),
  turns = 1,
): Lane & { done: string[] } {
  const done: string[] = [];
  return {
    done,
    async prepare(id) {
      for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      const outcome = make(id);
      if (outcome.recordings.length > 0) await (await store.openPart(id)).commit({ ...outcome });
      done.push(id);
      return outcome;
    },
  };
}

const runOf = (store: ReturnType<typeof fakeStore>, more: Partial<PrepareRun> = {}): PrepareRun => ({
  parts: PARTS,
  tasks: TASKS,
  store,
  lanes: [laneInto(store)],
  ...more,
});

/** Ranks of one process that meet once. */
function sharesOf(size: number): Share[] {
  const all: unknown[] = [];
  let open = () => {};
  const full = new Promise<void>((resolve) => {
    open = resolve;
  });
  const gather = async <T>(own: T): Promise<T[]> => {
    all.push(own);
    if (all.length === size) open();
    await full;
    return all as T[];
  };
  return Array.from({ length: size }, (_, rank) => ({ rank, size, gather }));
}

describe("the parts of a dataset", () => {
  it("give the same summary on any number of lanes and ranks, and after a resume", async () => {
    const one = fakeStore();
    const alone = await prepareParts(runOf(one));
    const three = fakeStore();
    const lanes = [laneInto(three), laneInto(three, undefined, 5), laneInto(three, undefined, 2)];
    const threads = await prepareParts(runOf(three, { lanes }));
    expect(lanes.every(({ done }) => done.length > 0)).toBe(true);
    expect(threads).toEqual(alone);
    const ranks = fakeStore();
    const reports = await Promise.all(sharesOf(2).map((share) => prepareParts(runOf(ranks, { share }))));
    expect(reports).toEqual([alone, alone]);
    const twice = fakeStore();
    expect((await prepareParts(runOf(twice, { limit: 3 }))).parts).toBe(3);
    const again = laneInto(twice);
    const resumed = await prepareParts(runOf(twice, { lanes: [again] }));
    expect(again.done).toEqual(PARTS.slice(3));
    expect(resumed).toEqual({ ...alone, resumed: 3 });
    for (const store of [three, ranks, twice]) expect(store.summary).toEqual(one.summary);
  });

  it("sum up to hours, labels and reasons", async () => {
    const store = fakeStore();
    const lanes = [laneInto(store, (part) => outcomeOf(part, part === "part6" ? 0 : 6))];
    const report = await prepareParts(runOf(store, { lanes }));
    expect(report).toEqual({
      parts: 6,
      recordings: 6,
      subjects: 3,
      windows: 36,
      hours: 6,
      resumed: 0,
      sensors: { eeg: { windows: 36, hours: expect.closeTo(6, 9) }, ecg: { windows: 6, hours: expect.closeTo(1, 9) } },
      layouts: [
        { sensors: { eeg: 2 }, channels: ["CZ", "PZ"], windows: 30, hours: expect.closeTo(5, 9) },
        { sensors: { eeg: 2, ecg: 1 }, channels: ["CZ", "PZ", "I"], windows: 6, hours: expect.closeTo(1, 9) },
      ],
      hoursBySubject: { s0: 2, s1: 2, s2: 2 },
      splits: { none: { subjects: 3, windows: 36 } },
      labels: { stage: { wake: 0, sleep: 36, dream: 0 } },
      sensorsLeftOut: { "ecg: small": 30 },
      dropped: { "quality below 0.5": 12 },
      leftovers: { "after the last window": expect.closeTo(0.06, 9) },
      unreadable: [{ recording: "part6", reason: "no header", windows: 0 }],
      warnings: [{ recording: "part2", warning: "Its end is missing." }],
    });
  });

  it("divide by rank", async () => {
    const store = fakeStore();
    const lanes = [laneInto(store)];
    const gathered: unknown[] = [];
    const gather = async <T>(own: T) => {
      gathered.push(own);
      return [own];
    };
    await prepareParts(runOf(store, { lanes, share: { rank: 1, size: 3, gather } }));
    expect([lanes[0].done, store.summary]).toEqual([["part1", "part4"], undefined]);
    expect(gathered).toEqual([{ empty: [], resumed: 0 }]);
  });

  it("that gave nothing are told of by whichever rank tried them", async () => {
    const store = fakeStore();
    const lanes = [laneInto(store, (part) => outcomeOf(part, part === "part6" ? 0 : 6))];
    const whole = await prepareParts(runOf(store, { lanes }));
    expect(whole.unreadable).toHaveLength(1);
    const shared = fakeStore();
    const reports = await Promise.all(
      sharesOf(4).map((share) => {
        const own = [laneInto(shared, (part) => outcomeOf(part, part === "part6" ? 0 : 6))];
        return prepareParts(runOf(shared, { lanes: own, share }));
      }),
    );
    for (const report of reports) expect(report).toEqual(whole);
    expect(shared.summary).toEqual(store.summary);
  });

  it("are refused when a person is in two splits, over parts and runs", async () => {
    const store = fakeStore();
    const lane = laneInto(store, (part) => outcomeOf(part, 6, part === "part3" ? "val" : "train"));
    await expect(prepareParts(runOf(store, { lanes: [lane] }))).rejects.toThrow(
      "part3: subject s0 is in two splits: expected train, got val",
    );
    const resumed = fakeStore();
    const make = (part: string) => outcomeOf(part, 6, part < "part3" ? "train" : "val");
    await prepareParts(runOf(resumed, { limit: 3, lanes: [laneInto(resumed, make)] }));
    await expect(prepareParts(runOf(resumed, { lanes: [laneInto(resumed, make)] }))).rejects.toThrow(
      "is in two splits",
    );
  });

  it("end with the first error of a lane, after the other lanes have come to rest", async () => {
    const store = fakeStore();
    const failing: Lane = { prepare: async () => Promise.reject(new Error("disk full")) };
    const slow = laneInto(store, undefined, 10);
    await expect(prepareParts(runOf(store, { lanes: [failing, slow] }))).rejects.toThrow("disk full");
    expect([slow.done, store.summary]).toEqual([["part1"], undefined]);
  });

  it("stop when asked to, and tell how far they are", async () => {
    const store = fakeStore();
    const controller = new AbortController();
    const told: [number, number][] = [];
    const onProgress = (done: number, total: number) => {
      told.push([done, total]);
      if (done === 2) controller.abort(new Error("stopped"));
    };
    await expect(prepareParts(runOf(store, { signal: controller.signal, onProgress }))).rejects.toThrow("stopped");
    expect(told).toEqual([
      [0, 7],
      [1, 7],
      [2, 7],
    ]);
    expect(store.parts.size).toBe(2);
    await prepareParts(runOf(store, { onProgress }));
    expect(told[3]).toEqual([2, 7]);
  });

  it("must have been prepared by this pipeline", async () => {
    const store = fakeStore();
    await (await store.openPart("strange")).commit({ by: "somebody" });
    await expect(prepareParts(runOf(store))).rejects.toThrow("part strange: does not say what it was made of");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BatchPlan, type Corpus, type Plan, planSampling, planSequential } from "./index.ts";
import { mixture } from "./mixture.ts";

/** A corpus whose layout `l` has `sizes[l]` windows, mixed over the rows. */
function corpus(name: string, sizes: readonly number[], weight = 1): Corpus {
  const layout = sizes.flatMap((size, l) => Array.from({ length: size }, () => l));
  const mixed = layout.map((_, i) => layout[(i * 7919) % layout.length]);
  const rows = Uint32Array.from(layout, (_, i) => i);
  return { name, weight, layout: layout.length % 7919 === 0 ? layout : mixed, rows };
}

const rowsOf = (batches: readonly BatchPlan[], corpusIndex: number): number[] =>
  batches.flatMap(({ microBatches }) =>
    microBatches.filter((m) => m.corpus === corpusIndex).flatMap((m) => [...m.rows]),
  );

const stepsOf = (plan: Plan, count: number): BatchPlan[] =>
  Array.from({ length: count }, (_, step) => plan.planBatch(step));

describe("the order of windows for training", () => {
  it("has every window once per pass, whatever the layouts and sizes", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 });
    const shape = fc.record({
      micro: fc.integer({ min: 1, max: 9 }),
      slots: fc.integer({ min: 1, max: 5 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(sizes, shape, (layouts, { micro, slots, seed }) => {
        const one = corpus("one", layouts);
        const plan = planSampling([one], { seed, micro, windows: micro * slots });
        const chunks = layouts.reduce((sum, size) => sum + Math.ceil(size / micro), 0);
        const drawn = stepsOf(plan, Math.ceil((3 * chunks) / slots)).flatMap(({ microBatches }) => microBatches);
        for (let pass = 0; pass < 3; pass++) {
          const rows = drawn.slice(pass * chunks, (pass + 1) * chunks).flatMap((m) => [...m.rows]);
          expect(rows.sort((a, b) => a - b)).toEqual(Array.from(one.rows));
        }
        for (const { rows, layout } of drawn) {
          expect(rows.length).toBeGreaterThan(0);
          expect(rows.length).toBeLessThanOrEqual(micro);
          expect([...rows].every((row) => one.layout[row] === layout)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("depends on seed and step alone, not on what was asked before", () => {
    const corpora = [corpus("a", [40, 9]), corpus("b", [100], 2)];
    const options = { seed: 5, windows: 32, micro: 8 };
    const forwards = stepsOf(planSampling(corpora, options), 30);
    const other = planSampling(corpora, options);
    for (const step of [29, 0, 17, 17, 3, 28]) expect(other.planBatch(step)).toEqual(forwards[step]);
    expect(planSampling(corpora, { ...options, seed: 6 }).planBatch(0)).not.toEqual(forwards[0]);
  });

  it("shuffles every pass anew, also which windows go together", () => {
    const plan = planSampling([corpus("a", [64])], { seed: 1, windows: 64, micro: 8 });
    const [first, second] = [0, 1].map((step) =>
      plan.planBatch(step).microBatches.map(({ rows }) => [...rows].sort().join()),
    );
    expect(first.filter((rows) => second.includes(rows))).toEqual([]);
  });

  it("mixes corpora by the weights of their windows, in every stretch", () => {
    const corpora = [corpus("a", [1000], 1), corpus("b", [45], 2), corpus("c", [16, 3, 3], 5)];
    const plan = planSampling(corpora, { seed: 2, windows: 64, micro: 16 });
    for (const [start, count] of [
      [0, 400],
      [1000, 400],
      [123_456, 400],
    ]) {
      const batches = Array.from({ length: count }, (_, i) => plan.planBatch(start + i));
      const windows = corpora.map((_, c) => rowsOf(batches, c).length);
      const total = windows.reduce((sum, n) => sum + n, 0);
      corpora.forEach(({ weight }, c) => void expect(windows[c] / total).toBeCloseTo(weight / 8, 2));
    }
  });

  it("shares micro-batches out over layouts by their windows", () => {
    const plan = planSampling([corpus("a", [300, 100])], { seed: 2, windows: 20, micro: 10 });
    const batches = stepsOf(plan, 20);
    const ofSmall = batches.map(({ microBatches }) => microBatches.filter(({ layout }) => layout === 1).length);
    expect(ofSmall.reduce((sum, n) => sum + n, 0)).toBe(10);
    expect(ofSmall.filter((n) => n > 0).length).toBeGreaterThan(4); // spread over the pass
  });

  it("draws the windows of a corpus in an order that does not depend on the others", () => {
    const options = { seed: 9, windows: 16, micro: 4 };
    const alone = rowsOf(stepsOf(planSampling([corpus("a", [30, 7])], options), 40), 0);
    const mixed = rowsOf(stepsOf(planSampling([corpus("b", [90]), corpus("a", [30, 7])], options), 40), 1);
    expect(mixed.length).toBeGreaterThan(100);
    expect(mixed).toEqual(alone.slice(0, mixed.length));
  });

  it("numbers the windows of a batch", () => {
    const { microBatches, windows } = planSampling([corpus("a", [20, 3])], {
      seed: 4,
      windows: 16,
      micro: 4,
    }).planBatch(2);
    expect(microBatches.flatMap(({ indices }) => [...indices])).toEqual(Array.from({ length: windows }, (_, i) => i));
  });

  it("counts the steps of an epoch by the windows that are drawn", () => {
    const plan = planSampling([corpus("a", [640])], { seed: 4, windows: 64, micro: 16 });
    expect([plan.stepsPerEpoch, plan.steps, plan.windows]).toEqual([10, Number.POSITIVE_INFINITY, 640]);
    const uneven = planSampling([corpus("a", [600, 40], 1), corpus("b", [90], 3)], { seed: 4, windows: 64, micro: 16 });
    const drawn = stepsOf(uneven, uneven.stepsPerEpoch).reduce((sum, { windows }) => sum + windows, 0);
    expect(Math.abs(drawn - 730)).toBeLessThan(64);
  });

  it("plans a step of a million windows in well under a millisecond", () => {
    const rows = Uint32Array.from({ length: 1_000_000 }, (_, i) => i);
    const large: Corpus = { name: "large", weight: 1, layout: rows.map((i) => i % 2), rows };
    const plan = planSampling([large], { seed: 0, windows: 128, micro: 16 });
    const start = performance.now();
    for (let step = 0; step < 500; step++) plan.planBatch(step * 31);
    expect((performance.now() - start) / 500).toBeLessThan(5); // about 0.1 here
  });

  it.each([
    [{ windows: 10, micro: 4 }, /batch.windows: does not divide.*multiple of batch.micro \(4\), got 10/],
    [{ windows: 0, micro: 4 }, /batch.windows/],
    [{ windows: 8, micro: 0 }, /batch.windows/],
  ])("refuses sizes %j", (sizes, message) => {
    expect(() => planSampling([corpus("a", [9])], { seed: 0, ...sizes })).toThrow(message);
  });

  it("refuses corpora that cannot be drawn from", () => {
    const options = { seed: 0, windows: 4, micro: 4 };
    expect(() => planSampling([], options)).toThrow(/corpora: none/);
    expect(() => planSampling([corpus("a", [])], options)).toThrow(/corpus a: has no windows/);
    expect(() => planSampling([corpus("a", [1], 0)], options)).toThrow(/corpus a: weight: expected a positive/);
    expect(() => planSampling([corpus("a", [1]), corpus("a", [2])], options)).toThrow(/corpus a: stands twice/);
    expect(() => planSampling([corpus("a", [1])], options).planBatch(-1)).toThrow(/step/);
  });
});

describe("sources that take turns", () => {
  it("take each turn once, in order, near their shares all the time", () => {
    const shares = [0.5, 0.29, 0.2, 0.01];
    const turn = mixture(shares, 7);
    const taken = shares.map(() => 0);
    for (let slot = 0; slot < 5000; slot++) {
      const { source, place } = turn(slot);
      expect(place).toBe(taken[source]++);
      shares.forEach((share, i) => void expect(Math.abs(taken[i] - share * (slot + 1))).toBeLessThan(shares.length));
    }
  });

  it("know whose turn it is far out without counting up to it", () => {
    const turn = mixture([1, 3], 1);
    const far = Array.from({ length: 400 }, (_, i) => turn(1e9 + i));
    expect(far.filter(({ source }) => source === 1).length).toBe(300);
    expect(new Set(far.map(({ source, place }) => `${source}/${place}`)).size).toBe(400);
  });
});

describe("the order of windows for evaluation", () => {
  it("has every window once, by layout, with places that do not depend on the size of the micro-batches", () => {
    const corpora = [corpus("a", [5, 4]), corpus("b", [3])];
    const placesOf = (micro: number) => {
      const plan = planSequential(corpora, micro);
      const all = stepsOf(plan, plan.steps).flatMap(({ microBatches }) => microBatches);
      expect(
        all.every(
          ({ rows, corpus: c, layout }) =>
            rows.length <= micro && [...rows].every((row) => corpora[c].layout[row] === layout),
        ),
      ).toBe(true);
      return all.flatMap(({ corpus: c, rows, indices }) => [...rows].map((row, i) => `${indices[i]}: ${c}/${row}`));
    };
    expect(new Set(placesOf(2)).size).toBe(12);
    expect(placesOf(2)).toEqual(placesOf(5));
    expect(() => planSequential(corpora, 2).planBatch(99)).toThrow(
      /step: is not one of the plan: expected 0 to 6, got 99/,
    );
  });
});

import { describe, expect, it } from "vitest";
import { type EarlyStoppingOptions, judgeValidation, NOTHING_VALIDATED } from "./earlyStopping.ts";

/** Steps at which values improved and the first that stopped; the state goes through JSON after every one. */
function follow(values: readonly number[], options: EarlyStoppingOptions) {
  let state = NOTHING_VALIDATED;
  const improved: number[] = [];
  for (const [at, value] of values.entries()) {
    const verdict = judgeValidation(state, value, at, options);
    state = JSON.parse(JSON.stringify(verdict.state));
    if (verdict.improved) improved.push(at);
    if (verdict.stop) return { improved, stoppedAt: at, best: state.best };
  }
  return { improved, stoppedAt: undefined, best: state.best };
}

describe("early stopping", () => {
  it("ends after as many validations without improvement as it is patient", () => {
    const options = { patience: 2, mode: "min" } as const;
    expect(follow([3, 2, 2.5, 1, 1, 1.5, 0], options)).toEqual({ improved: [0, 1, 3], stoppedAt: 5, best: 1 });
  });

  it("of a metric waits for larger values", () => {
    const options = { patience: 2, mode: "max" } as const;
    expect(follow([0.5, 0.4, 0.6, 0.6, 0.1], options)).toEqual({ improved: [0, 2], stoppedAt: 4, best: 0.6 });
  });

  it("does not count improvement below the least one", () => {
    const options = { patience: 3, mode: "min", minDelta: 0.1 } as const;
    expect(follow([1, 0.95, 0.89, 0.85, 0.8], options).improved).toEqual([0, 2]);
  });

  it("takes NaN for no improvement, also at first", () => {
    expect(follow([Number.NaN, 5, Number.NaN], { patience: 9, mode: "max" })).toMatchObject({ improved: [1], best: 5 });
  });

  it("takes an infinite value for no improvement: a checkpoint could not hold it", () => {
    const values = [Number.POSITIVE_INFINITY, 5, Number.NEGATIVE_INFINITY];
    expect(follow(values, { patience: 9, mode: "min" })).toMatchObject({ improved: [1], best: 5 });
  });

  it("never ends with patience 0", () => {
    expect(follow(Array(50).fill(1), { patience: 0, mode: "min" }).stoppedAt).toBeUndefined();
  });
});

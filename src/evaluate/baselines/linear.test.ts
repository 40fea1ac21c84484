import { readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { expectClose } from "../../../test/close.ts";
import { minimize } from "./lbfgs.ts";
import { type Design, fitLogistic, logisticProbabilities } from "./logistic.ts";
import { fitRidge, linearValues } from "./ridge.ts";

interface Fitted {
  readonly name: string;
  readonly x: number[][];
  readonly y: number[];
  readonly coefficients: number[];
  readonly intercepts: number[];
}

interface Reference {
  readonly logistic: (Fitted & { classes: number; strength: number; balanced: boolean; probabilities: number[] })[];
  readonly ridge: (Fitted & { penalty: number; values: number[] })[];
}

const reference: Reference = JSON.parse(readFileSync(new URL("pairs/linear.json", import.meta.url), "utf8"));

const designOf = (x: number[][]): Design => ({ x: Float64Array.from(x.flat()), count: x.length, width: x[0].length });

describe.each(reference.logistic)("logistic regression: $name", ({ x, y, classes, strength, balanced, ...want }) => {
  const design = designOf(x);
  const model = fitLogistic(design, y, classes, { strength, balanced });

  it("has scikit-learn's coefficients to 1e-5", () => {
    expectClose(model.coefficients, want.coefficients, 1e-5);
    expectClose(model.intercepts, want.intercepts, 1e-5);
  });

  it("has its probabilities", () => {
    const p = logisticProbabilities(design, model);
    expectClose(p.subarray(0, want.probabilities.length), want.probabilities, 1e-5);
  });
});

describe.each(reference.ridge)("$name", ({ x, y, penalty, ...want }) => {
  it("has scikit-learn's coefficients to 1e-9", () => {
    const model = fitRidge(designOf(x), y, penalty);
    expectClose(model.coefficients, want.coefficients, 1e-9);
    expectClose(model.intercepts, want.intercepts, 1e-9);
    expectClose(linearValues(designOf(x), model).subarray(0, 5), want.values, 1e-9);
  });
});

describe("minimize", () => {
  it("finds the bottom of a narrow valley", () => {
    const scales = [1, 100, 1e4];
    const bottom = minimize((x, gradient) => {
      let value = 0;
      scales.forEach((scale, i) => {
        gradient[i] = scale * (x[i] - i);
        value += (scale * (x[i] - i) ** 2) / 2;
      });
      return value;
    }, new Float64Array(3).fill(5));
    expectClose(bottom, [0, 1, 2], 1e-8);
  });
});

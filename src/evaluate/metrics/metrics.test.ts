import { describe, expect, it } from "vitest";
import type { TaskKind } from "../../store/index.ts";
import { predictionsOf, reference, taskOf } from "../pairs/reference.ts";
import { confusion } from "./confusion.ts";
import { METRICS } from "./index.ts";
import { isDefined, measure, type Score, type Scores, statisticsOf } from "./metric.ts";

type Expected = Readonly<Record<string, number | null | number[]>>;

interface Case {
  readonly name: string;
  readonly kind: TaskKind;
  readonly classes: number;
  readonly target: (number | number[])[];
  readonly output: (number | number[])[];
  readonly subject: number[];
  readonly weights: number[];
  readonly expected: Expected;
  readonly weighted: Expected;
}

const cases = reference<Case[]>("metrics.json");

const predictionsOfCase = ({ kind, classes, target, output, subject }: Case) =>
  predictionsOf(taskOf(kind, classes), target, output, subject);

/** Distance, relative above 1: infinite where one is defined and the other not. */
function gap(got: Score, want: number | null): number {
  if (!isDefined(got) || want === null) return isDefined(got) === (want !== null) ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(got - want) / Math.max(1, Math.abs(want));
}

describe.each(cases)("$name", (each) => {
  const predictions = predictionsOfCase(each);
  const metrics = METRICS[each.kind];

  it.each(metrics.map(({ name }, m) => [name, m] as const))("%s is scikit-learn's to 1e-12", (name, m) => {
    expect(each.expected).toHaveProperty(name);
    const { score, perClass } = measure(predictions, metrics)[m];
    expect(gap(score, each.expected[name] as number | null)).toBeLessThanOrEqual(1e-12);
    if (perClass !== undefined) expectPerClass(perClass, each, name);
  });

  it("weights count subjects as repeated rows do", () => {
    const lookup = statisticsOf(predictions)(Float64Array.from(each.weights));
    const wrong = metrics.flatMap((metric) => {
      const { score } = metric.score(lookup, predictions.task);
      const want = each.weighted[metric.name] as number | null;
      return gap(score, want) <= 1e-12 ? [] : [{ name: metric.name, score, want }];
    });
    expect(wrong).toEqual([]);
  });

  it("says why what has no value has none", () => {
    const scores = measure(predictions, metrics).flatMap(({ score, perClass = [] }: Scores) => [score, ...perClass]);
    for (const score of scores) {
      if (isDefined(score)) expect(Number.isFinite(score)).toBe(true);
      else expect(score.undefined).toMatch(/ /);
    }
  });
});

function expectPerClass(got: readonly Score[], { expected, classes }: Case, name: string): void {
  const values = expected[`${name}PerClass`] as (number | null)[];
  const present = expected["present"] as number[];
  const counted = values.length === classes && name in { auroc: 1, averagePrecision: 1 };
  const want = counted ? values : Array.from({ length: classes }, (_, k) => values[present.indexOf(k)] ?? null);
  expect(got.length).toBe(classes);
  expect(got.map((score, k) => gap(score, want[k])).filter((distance) => !(distance <= 1e-12))).toEqual([]);
}

describe("confusion", () => {
  it.each(cases.filter(({ expected }) => "confusion" in expected))("$name: the matrix is scikit-learn's", (each) => {
    const predictions = predictionsOfCase(each);
    const { table } = statisticsOf(predictions)(new Float64Array(predictions.subjects.length).fill(1))(confusion);
    expect([...table!]).toEqual(each.expected["confusion"]);
  });
});

describe("no windows", () => {
  it.each(["binary", "multiclass", "multilabel", "regression"] as const)("%s has no value, with the reason", (kind) => {
    const empty = predictionsOf(taskOf(kind, kind === "regression" ? 0 : 2), [], [], []);
    for (const { score } of measure(empty, METRICS[kind])) expect(score).toEqual({ undefined: "there are no windows" });
  });
});

describe("classes that cannot be ranked", () => {
  it("are named and left out", () => {
    const each = cases.find(({ name }) => name === "four classes, one never true")!;
    const auroc = METRICS.multiclass.find(({ name }) => name === "auroc")!;
    expect(measure(predictionsOfCase(each), [auroc])[0].without).toEqual([1, 3]);
  });
});

import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { createBuilder, type GraphBuilder, type Value } from "../graph/index.ts";
import { nodeEngine } from "../runtime/node.ts";
import type { Feeds } from "../runtime/session.ts";
import { standardize } from "../task/index.ts";
import { classTargets, standardizationOf } from "./labels.ts";
import { binaryCrossEntropy, crossEntropy, regressionLoss } from "./losses.ts";

interface Reference {
  readonly logits: number[][];
  readonly labels: number[];
  readonly multi: number[][];
  readonly weights: number[];
  readonly positive: number[];
  readonly predicted: number[][];
  readonly values: number[][];
  readonly loss: Readonly<Record<string, number>>;
}

const torch: Reference = JSON.parse(readFileSync(new URL("pairs/losses.json", import.meta.url), "utf8"));
const [B, K] = [6, 4];
/** Relative error of a loss in float32 against torch in float64. */
const TOLERANCE = 1e-6;

type Build = (g: GraphBuilder, inputs: { z: Value; y: Value; weight: Value; positive: Value }) => Value;
type Numbers = ArrayLike<number>;

/** The loss of logits or predictions z for targets y, both (rows, width). */
async function lossOf(build: Build, z: Numbers, y: Numbers, weight: Numbers = [], positive: Numbers = []) {
  const rows = weight.length === 0 ? B : weight.length;
  const shapes = { z: [rows, z.length / rows], y: [rows, y.length / rows], weight: [rows], positive: [K] };
  const g = createBuilder("loss");
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, s]) => [name, g.input(name, "float32", s)]));
  const graph = g.finish({ loss: build(g, inputs as Parameters<Build>[1]) });
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  closing.push(session.close);
  const given: Record<string, Numbers> = { z, y, weight, positive };
  const feeds: Feeds = Object.fromEntries(
    graph.inputs.map(({ name }) => [
      name,
      { dtype: "float32", shape: shapes[name as keyof typeof shapes], data: Float32Array.from(given[name]) },
    ]),
  );
  return Number((await session.run(feeds)).loss.data[0]);
}

const closing: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

const expectLoss = (got: number, name: string) =>
  expect(Math.abs(got / torch.loss[name] - 1), `${name}: ${got}`).toBeLessThan(TOLERANCE);

const entropy: Build = (g, { z, y }) => crossEntropy(g, z, y);
const weightedEntropy: Build = (g, { z, y, weight }) => crossEntropy(g, z, y, weight);
const logits = torch.logits.flat();
const multi = torch.multi.flat();
const [predicted, values] = [torch.predicted.flat(), torch.values.flat()];

describe("losses are those of torch", () => {
  it("cross-entropy, hard and smoothed", async () => {
    expectLoss(await lossOf(entropy, logits, classTargets(torch.labels, K).target), "cross-entropy");
    const smoothed = classTargets(torch.labels, K, { smoothing: 0.1 }).target;
    expectLoss(await lossOf(entropy, logits, smoothed), "cross-entropy, smoothed");
  });

  it.each([
    ["cross-entropy, weighted", 0],
    ["cross-entropy, weighted and smoothed", 0.1],
  ])("%s", async (name, smoothing) => {
    const { target, mass } = classTargets(torch.labels, K, { smoothing, weights: torch.weights });
    expectLoss(await lossOf(weightedEntropy, logits, target, Array(B).fill(1 / mass)), name);
  });

  it("binary cross-entropy, with and without factors on positives", async () => {
    expectLoss(await lossOf((g, { z, y }) => binaryCrossEntropy(g, z, y), logits, multi), "bce");
    const weighted: Build = (g, { z, y, positive }) => binaryCrossEntropy(g, z, y, { positive });
    expectLoss(await lossOf(weighted, logits, multi, [], torch.positive), "bce, positives weighted");
  });

  it.each(["smooth-l1", "mse"] as const)("%s", async (kind) => {
    expectLoss(await lossOf((g, { z, y }) => regressionLoss(g, z, y, kind), predicted, values), kind);
  });
});

describe("parts of a batch, weighted by their share of it, add up to its loss", () => {
  const both = async (build: Build, z: Numbers, y: Numbers, weight: number[], positive: Numbers = []) => {
    let sum = 0;
    for (const [from, to] of [
      [0, 2],
      [2, B],
    ] as const) {
      const rows = (of: Numbers) => Array.from(of).slice((from * of.length) / B, (to * of.length) / B);
      sum += await lossOf(build, rows(z), rows(y), rows(weight), positive);
    }
    return sum;
  };

  it("with class weights", async () => {
    const { target, mass } = classTargets(torch.labels, K, { weights: torch.weights });
    expectLoss(await both(weightedEntropy, logits, target, Array(B).fill(1 / mass)), "cross-entropy, weighted");
  });

  it("with several labels", async () => {
    const build: Build = (g, { z, y, weight, positive }) => binaryCrossEntropy(g, z, y, { weight, positive });
    expectLoss(await both(build, logits, multi, Array(B).fill(1 / B), torch.positive), "bce, positives weighted");
    const plain: Build = (g, { z, y, weight }) => binaryCrossEntropy(g, z, y, { weight });
    expectLoss(await both(plain, logits, multi, Array(B).fill(1 / B)), "bce");
  });

  it("with values", async () => {
    const build: Build = (g, { z, y, weight }) => regressionLoss(g, z, y, "smooth-l1", weight);
    expectLoss(await both(build, predicted, values, Array(B).fill(1 / B)), "smooth-l1");
  });
});

it("standardized targets give a loss in units of the standard deviation", async () => {
  const units = standardizationOf(values);
  const [z, y] = [standardize(predicted, units), standardize(values, units)];
  const loss = await lossOf((g, v) => regressionLoss(g, v.z, v.y, "mse"), z, y);
  expect(Math.abs((loss * units.std ** 2) / torch.loss.mse - 1)).toBeLessThan(TOLERANCE);
});

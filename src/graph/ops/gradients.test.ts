import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { maxDifference } from "../../../test/close.ts";
import { applyCall, feedOf, graphOf, type OpCall, type StoredTensor } from "../../../test/opSuite.ts";
import { nodeEngine } from "../../runtime/node.ts";
import type { FeedTensor, Session } from "../../runtime/session.ts";
import { createBuilder } from "../builder.ts";
import { gradients } from "../grad.ts";
import type { Graph } from "../graph.ts";
import { ops } from "./index.ts";

/** A call and the gradients of `Σ output ⊙ cotangent` that PyTorch gives in float64 (pairs/makeGradients.py). */
interface GradientCase extends OpCall {
  /** Whether differences in float64 tell the gradient: neither a kink nor a strong bend is near. */
  readonly smooth: boolean;
  /** null for an output that the operator leaves empty. */
  readonly cotangents: readonly (StoredTensor | null)[];
  /** null for an operand without one. */
  readonly gradients: readonly (Pick<StoredTensor, "shape" | "data"> | null)[];
}

type Feeds = Record<string, FeedTensor>;

const file = new URL("pairs/gradients.json", import.meta.url);
const cases: readonly GradientCase[] = JSON.parse(readFileSync(file, "utf8"));
const titled = (chosen: readonly GradientCase[]) =>
  chosen.map((c) => [`${c.op} ${JSON.stringify(c.args)} ${c.note}`, c] as const);

it("every operator has a gradient to check, or none by definition", () => {
  const differentiable = Object.entries(ops).filter(([, op]) => op.vjp !== "zero");
  const names = differentiable.map(([name]) => name).sort();
  const checked = (chosen: readonly GradientCase[]) => [...new Set(chosen.map(({ op }) => op as string))].sort();
  expect(checked(cases)).toEqual(names);
  expect(checked(cases.filter(({ smooth }) => smooth))).toEqual(names);
});

describe("gradients against PyTorch's in float64", () => {
  it.each(titled(cases))("%s", async (_, c) => {
    const results = await run(gradientGraph(c), feedsOf(c));
    for (const [i, want] of c.gradients.entries()) {
      if (want === null) continue;
      const got = results[`d${i}`];
      expect([got.dtype, got.shape]).toEqual([c.inputs[i].dtype, want.shape]);
      const numbers = want.data.map(Number);
      const largest = Math.max(0, ...numbers.map(Math.abs));
      expect(maxDifference(got.data, numbers)).toBeLessThanOrEqual(toleranceOf(c) * largest);
    }
  });
});

describe("gradients against differences of the engine's own results", () => {
  it.each(titled(cases.filter(({ smooth }) => smooth)))("%s", async (_, c) => {
    const loss = await lossOf(c);
    const results = await run(gradientGraph(c), feedsOf(c));
    for (const [i, want] of c.gradients.entries()) {
      if (want === null) continue;
      const slope = Array.from(results[`d${i}`].data, Number);
      const direction = slope.map((_, k) => (k % 3 === 0 ? -1 : 1) * (1 + (k % 5) / 4));
      const expected = slope.reduce((sum, d, k) => sum + d * direction[k], 0);
      const bound = slope.reduce((sum, d, k) => sum + Math.abs(d * direction[k]), 0);
      const measured = await slopeAlong(loss, feedsOf(c), `in${i}`, direction);
      expect(Math.abs(measured - expected)).toBeLessThanOrEqual(1e-4 * (bound + 1));
    }
    await loss.close();
  });
});

/**
 * Relative to the largest gradient of the operand. That of softmax is a difference of larger terms: for scores 1 apart it is 0.02 where they
 * are 0.5, and a float32 rounding of those is 2e-6 of it.
 */
function toleranceOf({ op, inputs }: GradientCase): number {
  const floats = inputs.filter(({ dtype }) => dtype.startsWith("float"));
  if (floats.every(({ dtype }) => dtype === "float64")) return 1e-12;
  return op === "softmax" ? 5e-6 : 1e-6;
}

/** The gradients `d${i}` of `Σ output ⊙ cotangent` with respect to the operands that have one. */
function gradientGraph(c: GradientCase): Graph {
  const g = createBuilder(c.op);
  const { operands, outputs } = applyCall(g, c);
  const parts = c.cotangents.flatMap((cotangent, i) => {
    if (cotangent === null) return [];
    const product = g.mul(outputs[i], g.input(`c${i}`, outputs[i].dtype, outputs[i].shape));
    return [g.reduceSum(product, [...outputs[i].shape.keys()], false)];
  });
  const wanted = operands.flatMap((value, i) => (c.gradients[i] === null ? [] : [{ value, name: `d${i}` }]));
  const found = gradients(
    g,
    parts.reduce((sum, part) => g.add(sum, part)),
    wanted.map(({ value }) => value),
  );
  return g.finish(Object.fromEntries(wanted.map(({ name }, i) => [name, found[i]])));
}

function feedsOf({ inputs, cotangents }: GradientCase): Feeds {
  const named = (prefix: string, tensors: readonly (StoredTensor | null)[]) =>
    tensors.flatMap((t, i) => (t === null ? [] : [[`${prefix}${i}`, feedOf(t)] as const]));
  return Object.fromEntries([...named("in", inputs), ...named("c", cotangents)]);
}

async function run(graph: Graph, feeds: Feeds): Promise<Record<string, FeedTensor>> {
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  try {
    return await session.run(pick(feeds, graph.inputs));
  } finally {
    await session.close();
  }
}

/** What the graph takes: gradients of linear operators need no operand. */
const pick = (feeds: Feeds, inputs: readonly { name: string }[]): Feeds =>
  Object.fromEntries(inputs.map(({ name }) => [name, feeds[name]]));

/** `Σ output ⊙ cotangent` as a function, summed in float64. */
async function lossOf(c: GradientCase): Promise<{ at(feeds: Feeds): Promise<number>; close: Session["close"] }> {
  const graph = graphOf(c);
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  const at = async (feeds: Feeds) => {
    const results = await session.run(pick(feeds, graph.inputs));
    return c.cotangents
      .flatMap((cotangent, i) => (cotangent?.data ?? []).map((w, k) => Number(w) * Number(results[`out${i}`].data[k])))
      .reduce((sum, part) => sum + part, 0);
  };
  return { at, close: () => session.close() };
}

/** Derivative along a direction: `(4 D(h/2) − D(h)) / 3` of central differences D, exact to h⁴. */
async function slopeAlong(
  loss: { at(feeds: Feeds): Promise<number> },
  feeds: Feeds,
  name: string,
  direction: readonly number[],
): Promise<number> {
  const { dtype, shape, data } = feeds[name];
  const moved = (h: number): Feeds => {
    const values = direction.map((d, k) => Number(data[k]) + h * d);
    return { ...feeds, [name]: feedOf({ dtype, shape, data: values }) };
  };
  const central = async (h: number) => ((await loss.at(moved(h))) - (await loss.at(moved(-h)))) / (2 * h);
  const h = 2 ** -6;
  return (4 * (await central(h / 2)) - (await central(h))) / 3;
}

import { describe, expect, it } from "vitest";
import { nodeEngine } from "../runtime/node.ts";
import { createBuilder, type GraphBuilder } from "./builder.ts";
import { gradients } from "./grad.ts";
import type { Value } from "./op.ts";
import { float32 } from "./tensor.ts";

const X = [0.5, -2, 3];

/** Gradient at X of the sum of what is built. */
async function slope(build: (g: GraphBuilder, x: Value) => Value): Promise<number[]> {
  const g = createBuilder("rule");
  const x = g.input("x", "float32", [3]);
  const [dx] = gradients(g, g.reduceSum(build(g, x), [0], false), [x]);
  const session = await nodeEngine.createSession(g.finish({ dx }), { threads: 1 });
  const results = await session.run({ x: float32(X) });
  await session.close();
  return Array.from(results["dx"].data, Number);
}

/** x² with a rule that says 10 x, so that it shows who was asked. */
const square = (g: GraphBuilder, x: Value): Value =>
  g.withGradient(g.mul(x, x), [x], (dy) => [g.mul(dy, g.mul(x, g.scalar(10)))]);

describe("a gradient rule of a whole formula", () => {
  it("stands in for those of its nodes", async () => {
    expect(await slope((g, x) => square(g, g.neg(x)))).toEqual(X.map((x) => 10 * x));
  });

  it("adds to what comes by other ways", async () => {
    expect(await slope((g, x) => g.add(square(g, x), x))).toEqual(X.map((x) => 10 * x + 1));
  });

  it("gets the gradient of its value", async () => {
    expect(await slope((g, x) => g.mul(square(g, x), g.scalar(3)))).toEqual(X.map((x) => 30 * x));
  });

  it("leaves values alone that it gives no gradient", async () => {
    expect(
      await slope((g, x) =>
        g.add(
          g.withGradient(g.mul(x, x), [x], () => [undefined]),
          x,
        ),
      ),
    ).toEqual([1, 1, 1]);
  });

  it("gives a slope to what has none", async () => {
    const step = (g: GraphBuilder, x: Value) => {
      const one = g.scalar(1);
      const zero = g.constant({ dtype: "int8", shape: [], data: new Int8Array(1) });
      return g.withGradient(g.dequantizeLinear(g.quantizeLinear(x, one, zero), one), [x], (dy) => [dy]);
    };
    expect(await slope((g, x) => g.mul(step(g, x), step(g, g.neg(x))))).toEqual([0, 4, -6]); // −2 round(x), ties to even
  });

  it("must give gradients of the type of its operands", async () => {
    const wrong = (g: GraphBuilder, x: Value) => g.withGradient(g.mul(x, x), [x], (dy) => [g.reduceSum(dy, [0])]);
    await expect(slope(wrong)).rejects.toThrow("the gradient has another type than its operand");
  });
});

import { describe, expect, it } from "vitest";
import { createBuilder } from "../builder.ts";
import { rewrite } from "./rewrite.ts";

describe("rewriting a graph", () => {
  it("carries regions over to what stands for their values", () => {
    const g = createBuilder("regions");
    const x = g.input("x", "float32", [2]);
    const inner = g.neg(x);
    const unread = g.region("Unread", [x], g.exp(x));
    const y = g.region("Twice", [inner], g.add(inner, inner), { times: 2 });
    const graph = g.finish({ y });
    expect(unread).toBeDefined();
    const written = rewrite(graph, (h, node, inputs) =>
      node.op.type === "Neg" ? [h.mul(inputs[0]!, h.scalar(-1))] : undefined,
    );
    expect(written.nodes.map(({ op }) => op.type)).toEqual(["Mul", "Add"]);
    expect(written.regions).toEqual([
      { kind: "Twice", inputs: [written.nodes[0].outputs[0]], output: written.outputs[0], attrs: { times: 2 } },
    ]);
  });
});

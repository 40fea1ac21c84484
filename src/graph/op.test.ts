import { expect, it } from "vitest";
import { defineOp, type Value } from "./op.ts";

const parts = {
  type: "Twice",
  call: (x: Value) => ({ inputs: [x], attrs: {} }),
  infer: ([x]: readonly Value[]) => [x],
};

it("an operator without a gradient rule does not compile", () => {
  // @ts-expect-error `vjp` is missing: the type check fails where this line compiles
  expect(defineOp(parts).vjp).toBeUndefined();
  expect(defineOp({ ...parts, vjp: "zero" }).vjp).toBe("zero");
});

it("a rule that sees attributes which the operator lacks does not compile", () => {
  // @ts-expect-error there is no attribute `axis`
  const op = defineOp({ ...parts, vjp: ({ attrs, grads: [dy] }) => (attrs.axis === 0 ? [dy] : []) });
  expect(op.type).toBe("Twice");
});

import { demand } from "../demand.ts";
import { axisOf } from "../dim.ts";
import { expandLike } from "../expandLike.ts";
import { defineOp, type Value } from "../op.ts";
import { scalarLike } from "../scalarLike.ts";

/** ONNX Split-18 into parts of the given lengths along `axis`. */
const splitInto = <N extends number>(count: N) =>
  defineOp({
    type: "Split",
    outputs: count,
    constantInputs: ["split"],
    onnxDefaults: { axis: 0 },
    call: (x: Value, split: readonly number[], axis: number) => ({ inputs: [x], attrs: { split, axis } }),
    infer: ([x], { split, axis }, where) => {
      const at = axisOf(axis, x.shape.length, where);
      const total = split.reduce((sum, length) => sum + length, 0);
      const whole = typeof x.shape[at] === "string" || x.shape[at] === total;
      demand(
        whole && split.length === count,
        where,
        `${count} parts that make up axis ${at}, not ${split.join(" + ")}`,
        [x],
      );
      return split.map((length) => ({ dtype: x.dtype, shape: x.shape.map((d, i) => (i === at ? length : d)) }));
    },
    vjp: ({ g, outputs, attrs: { axis }, grads }) => [
      g.concat(
        grads.map((dy, i) => dy ?? expandLike(g, scalarLike(g, 0, outputs[i]), outputs[i])),
        axis,
      ),
    ],
  });

export const split2 = splitInto(2);
export const split3 = splitInto(3);

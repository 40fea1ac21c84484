import {
  add,
  frequencyFeatures,
  groupNorm,
  layerNorm,
  linear8,
  linear16,
  lookUp,
  narrow,
  queryAttention,
  rotary,
  selfAttention,
} from "../integer/index.ts";
import type { IntegerNetwork, IntegerStep, TensorId } from "./integerNetwork.ts";

/** Values of an `i8` or `i16` tensor. */
export type Integers = Int8Array | Int16Array;

/** Told of every tensor when it is made, in the order of the steps. */
export type Watch = (tensor: TensorId, values: Integers) => void;

/**
 * The reference: what every engine of the network must give, to the bit.
 * @param x (C, S · P) in the scale of its tensor, see `quantizeSignal`
 * @param montage (C, D)
 * @returns logits (classes), in the scale of their tensor
 */
export function runIntegers(
  network: IntegerNetwork,
  { x, montage }: { readonly x: Int16Array; readonly montage: Int16Array },
  watch?: Watch,
): Int16Array {
  const values = new Map<TensorId, Integers>([
    [network.x, x],
    [network.montage, montage],
  ]);
  for (const step of network.steps) {
    const made = runStep(network, step, (id) => values.get(id)!);
    values.set(step.output, made);
    watch?.(step.output, made);
  }
  return values.get(network.logits) as Int16Array;
}

/** Real values in the integers of a tensor, to nearest, clipped to its range. For the world outside: it computes in floating point. */
export function quantizeSignal(values: ArrayLike<number>, scale: number): Int16Array {
  return Int16Array.from(values, (value) => Math.max(-32767, Math.min(32767, Math.round(value / scale))));
}

/** What one step gives. @param of the values of a tensor that was made before */
export function runStep({ tensors }: IntegerNetwork, step: IntegerStep, of: (id: TensorId) => Integers): Integers {
  const input = of(step.input);
  const [narrowed, wide] = [input as Int8Array, input as Int16Array];
  switch (step.op) {
    case "linear": {
      if (tensors[step.output].precision === "i8") return linear8(narrowed, step, step);
      return linear16(
        narrowed,
        step,
        step,
        step.residual === undefined ? undefined : (of(step.residual) as Int16Array),
      );
    }
    case "table":
      return lookUp(narrowed, step.table);
    case "layerNorm":
      return layerNorm(input, step, step.norm);
    case "groupNorm":
      return groupNorm(input, step, step.groupOf, step.norm);
    case "attention": {
      const operands = { q: narrowed, k: of(step.keys) as Int8Array, v: of(step.values) as Int8Array };
      return selfAttention(operands, step, { scores: step.scores, values: step.mixed });
    }
    case "lookup":
      return queryAttention(narrowed, step, { ...step, values: step.mixed });
    case "rotary":
      return rotary(wide, step, step.tables, step.multiplier);
    case "features":
      return frequencyFeatures(wide, step, step.twiddles, step.magnitudes);
    case "add":
      return add(wide, repeated(of(step.other) as Int16Array, wide.length));
    case "narrow":
      return narrow(wide, step.multiplier);
    case "transpose":
      return transposed(input, step.shape, step.perm);
  }
}

/** Values again and again, up to a length. */
function repeated(values: Int16Array, length: number): Int16Array {
  return values.length === length ? values : Int16Array.from({ length }, (_, i) => values[i % values.length]);
}

/** Axis i of the result is axis `perm[i]` of the operand. */
function transposed(values: Integers, shape: readonly number[], perm: readonly number[]): Integers {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const lengths = perm.map((axis) => shape[axis]);
  return values.map((_, i) => {
    let [rest, from] = [i, 0];
    for (let axis = perm.length - 1; axis >= 0; axis--) {
      from += (rest % lengths[axis]) * strides[perm[axis]];
      rest = Math.floor(rest / lengths[axis]);
    }
    return values[from];
  });
}

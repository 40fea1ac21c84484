import { FormatError, GraphError, WeightsError } from "../errors.ts";
import { numberToHalf } from "../formats/arrays/halfFloat.ts";
import { readSafetensors, toFloat32 } from "../formats/safetensors/safetensors.ts";
import type { Tensor as StoredTensor } from "../formats/safetensors/tensor.ts";
import { writeSafetensors } from "../formats/safetensors/write.ts";
import type { Tensor } from "../graph/index.ts";
import type { Weights } from "./initialize.ts";

/**
 * The tensors of a safetensors file as graph tensors, under their names. Half, bfloat16 and double floats become float32;
 * int32 and uint8 stay.
 * @throws FormatError for a damaged file or an element type that a model does not have
 */
export function readStateDict(bytes: Uint8Array, name: string): Weights {
  return new Map(
    [...readSafetensors(bytes, name).tensors].map(([key, tensor]): [string, Tensor] => {
      const { dtype, shape, data } = tensor;
      switch (dtype) {
        case "F32":
        case "F16":
        case "BF16":
        case "F64":
          return [key, { dtype: "float32", shape, data: toFloat32(tensor) }];
        case "I32":
          return [key, { dtype: "int32", shape, data: data as Int32Array }];
        case "U8":
          return [key, { dtype: "uint8", shape, data: data as Uint8Array }];
        default:
          throw new FormatError({
            where: `${name}, tensor ${key}`,
            what: "has an element type that a model does not have",
            expected: "F32, F16, BF16, F64, I32 or U8",
            got: dtype,
          });
      }
    }),
  );
}

/** How tensors are stored. */
export interface StateDictOptions {
  /** Which float32 tensors are rounded to F16, by name; none if not given. */
  readonly half?: (name: string) => boolean;
}

/**
 * Tensors of a model as a safetensors file, under their names; `readStateDict` brings them back.
 * @throws WeightsError naming the tensor that holds a number which F16 cannot: beyond ±65504, or none
 */
export function writeStateDict(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata?: Record<string, string>,
  { half = () => false }: StateDictOptions = {},
): Uint8Array {
  const all = [...tensors].map(([name, tensor]) => [name, stored(name, tensor, half(name))] as const);
  return writeSafetensors(new Map(all), metadata);
}

function stored(name: string, { dtype, shape, data }: Tensor, half: boolean): StoredTensor {
  if (data instanceof Float32Array) {
    return half ? { dtype: "F16", shape, data: halves(name, data) } : { dtype: "F32", shape, data };
  }
  if (data instanceof Int32Array) return { dtype: "I32", shape, data };
  if (dtype === "uint8" && data instanceof Uint8Array) return { dtype: "U8", shape, data };
  throw new GraphError({ where: name, what: "cannot be stored", expected: "float32, int32 or uint8", got: dtype });
}

const HALF_EXPONENT = 0x7c00;

function halves(name: string, data: Float32Array): Uint16Array {
  const bits = Uint16Array.from(data, numberToHalf);
  const bad = bits.findIndex((half) => (half & HALF_EXPONENT) === HALF_EXPONENT); // ±∞ and NaN
  if (bad < 0) return bits;
  throw new WeightsError({
    where: `tensor ${name}`,
    what: "does not fit into float16",
    at: `element ${bad}`,
    expected: "numbers within ±65504",
    got: String(data[bad]),
  });
}

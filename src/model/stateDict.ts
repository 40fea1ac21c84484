import { FormatError, GraphError } from "../errors.ts";
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

/** Tensors of a model as a safetensors file, under their names; `readStateDict` brings them back. */
export function writeStateDict(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata?: Record<string, string>,
): Uint8Array {
  return writeSafetensors(new Map([...tensors].map(([name, tensor]) => [name, stored(name, tensor)])), metadata);
}

function stored(name: string, { dtype, shape, data }: Tensor): StoredTensor {
  if (data instanceof Float32Array) return { dtype: "F32", shape, data };
  if (data instanceof Int32Array) return { dtype: "I32", shape, data };
  if (dtype === "uint8" && data instanceof Uint8Array) return { dtype: "U8", shape, data };
  throw new GraphError({ where: name, what: "cannot be stored", expected: "float32, int32 or uint8", got: dtype });
}

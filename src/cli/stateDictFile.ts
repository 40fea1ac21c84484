import { GraphError } from "../errors.ts";
import type { Tensor as StoredTensor } from "../formats/safetensors/tensor.ts";
import { writeSafetensors } from "../formats/safetensors/write.ts";
import type { Tensor } from "../graph/index.ts";

/** Tensors of a model as a safetensors file, under their names; `readStateDict` brings them back. */
export function stateDictFile(
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

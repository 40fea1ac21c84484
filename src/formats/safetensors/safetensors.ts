import { WeightsError } from "../../errors.ts";
import type { ByteSource } from "../source/byteSource.ts";
import { LENGTH_BYTES, readHeaderLength, readSafetensorsHeader, type TensorInfo } from "./header.ts";
import { type Tensor, tensorOver } from "./tensor.ts";

export type { TensorInfo } from "./header.ts";
export { type Dtype, type DtypeArrays, type Tensor, toFloat32 } from "./tensor.ts";
export { writeSafetensors } from "./write.ts";

export interface Safetensors {
  /** In the order of the header. */
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Record<string, string>;
}

/**
 * Read a whole safetensors file. Tensors share the memory of `bytes` wherever they are aligned, which all that `writeSafetensors` writes are.
 * @throws FormatError naming the file, the tensor and the field
 * @see https://huggingface.co/docs/safetensors/index#format
 */
export function readSafetensors(bytes: Uint8Array, name: string): Safetensors {
  const length = readHeaderLength(bytes, bytes.length, name);
  const json = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
  const { tensors: infos, metadata } = readSafetensorsHeader(json, bytes.length, name);
  const tensors = new Map<string, Tensor>();
  for (const [key, { dtype, shape, start, stop }] of infos) {
    tensors.set(key, tensorOver(dtype, shape, bytes.subarray(start, stop)));
  }
  return { tensors, metadata };
}

/** A safetensors file of which only the header is in memory. */
export interface OpenedSafetensors {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Read one tensor.
   * @throws WeightsError when there is none of this name
   */
  read(tensor: string): Promise<Tensor>;
  close(): Promise<void>;
}

/**
 * Read the header; tensors are read one by one on request. `close` closes the source.
 * @throws FormatError naming the file, the tensor and the field
 */
export async function openSafetensors(source: ByteSource): Promise<OpenedSafetensors> {
  const { name, size } = source;
  const first = await source.read(0, Math.min(LENGTH_BYTES, size));
  const json = await source.read(LENGTH_BYTES, readHeaderLength(first, size, name));
  const { tensors, metadata } = readSafetensorsHeader(json, size, name);
  return {
    name,
    tensors,
    metadata,
    async read(tensor) {
      const info = tensors.get(tensor);
      if (info === undefined) {
        const known = [...tensors.keys()];
        throw new WeightsError({
          where: name,
          what: "has no such tensor",
          expected: `one of ${known.slice(0, 8).join(", ")}${known.length > 8 ? ", …" : ""}`,
          got: tensor,
        });
      }
      return tensorOver(info.dtype, info.shape, await source.read(info.start, info.stop - info.start));
    },
    close: () => source.close(),
  };
}

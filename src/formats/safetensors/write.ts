import { WeightsError } from "../../errors.ts";
import { LENGTH_BYTES } from "./header.ts";
import { ARRAY_TYPES, elementCount, type Tensor } from "./tensor.ts";

/**
 * Write a safetensors file. Tensors are laid out by falling element size, then by name, as the reference library does,
 * and the header is padded to 8 bytes: every tensor is aligned. The same tensors always give the same bytes.
 * @throws WeightsError when the data of a tensor does not match its dtype and shape
 */
export function writeSafetensors(tensors: ReadonlyMap<string, Tensor>, metadata?: Record<string, string>): Uint8Array {
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : nameA > nameB ? 1 : 0),
  );
  const entries: [string, unknown][] = metadata === undefined ? [] : [["__metadata__", metadata]];
  let end = 0;
  for (const [name, tensor] of ordered) {
    checkTensor(name, tensor);
    const { dtype, shape, data } = tensor;
    entries.push([name, { dtype, shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const header = encodeHeader(entries);
  const bytes = new Uint8Array(LENGTH_BYTES + header.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + header.length;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** The header as UTF-8 JSON, padded with spaces to a multiple of 8 bytes. */
function encodeHeader(entries: readonly [string, unknown][]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const header = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  header.set(json);
  return header;
}

function checkTensor(name: string, { dtype, shape, data }: Tensor): void {
  const Type = ARRAY_TYPES[dtype];
  if (Type !== undefined && data.constructor === Type && data.length === elementCount(shape)) return;
  throw new WeightsError({
    where: `tensor ${name}`,
    what: "has data that does not match its dtype and shape",
    expected: `${elementCount(shape)} elements of ${dtype}`,
    got: `${data.length} in a ${data.constructor.name}`,
  });
}

/** All that a program reads and never writes, as one piece of memory: little-endian, as every target of ours is. */
export class ConstantPool {
  readonly #parts: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  readonly #known = new Map<string, number>();
  #length = 0;

  /** Keep values. @returns their offset, a multiple of 16; that of equal ones where such are there already */
  add(values: Int8Array | Uint8Array | Int16Array | Int32Array): number {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const key = bytes.length > SHARED ? undefined : bytes.join();
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const offset = this.#length;
    this.#parts.push({ offset, bytes });
    this.#length += Math.ceil(bytes.length / 16) * 16;
    if (key !== undefined) this.#known.set(key, offset);
    return offset;
  }

  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#length);
    for (const { offset, bytes } of this.#parts) all.set(bytes, offset);
    return all;
  }
}

/** Larger ones are weights, of which no two are alike. */
const SHARED = 8192;

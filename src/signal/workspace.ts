/**
 * Two buffers for blocks on their way through a chain, used in turn and by all channels one after the other: fresh
 * arrays of this size cost as much time as the filters themselves.
 */
export class Workspace {
  readonly #buffers = [new Float64Array(0), new Float64Array(0)];
  #turn = 0;

  /** A block with arbitrary contents. It stays valid until `take` has been called twice more. */
  take(length: number): Float64Array {
    this.#turn = 1 - this.#turn;
    if (this.#buffers[this.#turn].length < length) this.#buffers[this.#turn] = new Float64Array(length);
    return this.#buffers[this.#turn].subarray(0, length);
  }

  /** `kept` followed by `block`. */
  join(kept: Float64Array, block: Float64Array): Float64Array {
    const out = this.take(kept.length + block.length);
    out.set(kept);
    out.set(block, kept.length);
    return out;
  }
}

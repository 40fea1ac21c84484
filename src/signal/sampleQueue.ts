/** Samples of a signal between two indices: appended at the end, discarded from the start. */
export class SampleQueue {
  #buffer = new Float64Array(4096);
  /** Position of sample `#start` in the buffer. */
  #offset = 0;
  #start: number;
  #end: number;

  /** @param start index of the first sample that will be appended */
  constructor(start = 0) {
    this.#start = start;
    this.#end = start;
  }

  /** One past the last sample. */
  get end(): number {
    return this.#end;
  }

  append(block: Float64Array): void {
    const length = this.#end - this.#start;
    if (this.#offset + length + block.length > this.#buffer.length) this.#makeRoom(length, block.length);
    this.#buffer.set(block, this.#offset + length);
    this.#end += block.length;
  }

  /** The samples `from … to`, which must be in the queue; valid until the next `append`. */
  view(from: number, to: number): Float64Array {
    return this.#buffer.subarray(this.#offset + from - this.#start, this.#offset + to - this.#start);
  }

  /** Forget the samples before `index`. */
  discard(index: number): void {
    const gone = Math.min(this.#end, index) - this.#start;
    if (gone <= 0) return;
    this.#start += gone;
    this.#offset += gone;
  }

  #makeRoom(length: number, more: number): void {
    const kept = this.#buffer.subarray(this.#offset, this.#offset + length);
    const size = Math.max(2 * kept.length, length + more);
    if (size <= this.#buffer.length) this.#buffer.copyWithin(0, this.#offset, this.#offset + length);
    else {
      this.#buffer = new Float64Array(size);
      this.#buffer.set(kept);
    }
    this.#offset = 0;
  }
}

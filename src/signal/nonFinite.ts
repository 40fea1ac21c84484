/** Where samples were missing: NaN or infinite. */
export interface NonFinite {
  readonly count: number;
  /** Runs of missing samples, `from` inclusive, `to` exclusive, in samples of the input; at most `RANGE_LIMIT` of them. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
}

/** Runs kept in a report; `count` goes on beyond. */
export const RANGE_LIMIT = 1000;

/** Sets missing samples to 0, block after block, and remembers where they were. */
export class NonFiniteCleaner {
  #count = 0;
  #position = 0;
  readonly #ranges: { from: number; to: number }[] = [];

  /** Clean `x` in place; it follows the blocks given before. */
  clean(x: Float64Array): void {
    for (let i = 0; i < x.length; i++) {
      if (Number.isFinite(x[i])) continue;
      x[i] = 0;
      this.#note(this.#position + i);
    }
    this.#position += x.length;
  }

  get found(): NonFinite {
    return { count: this.#count, ranges: this.#ranges.map((range) => ({ ...range })) };
  }

  #note(at: number): void {
    this.#count++;
    const last = this.#ranges.at(-1);
    if (last?.to === at) last.to++;
    else if (this.#ranges.length < RANGE_LIMIT) this.#ranges.push({ from: at, to: at + 1 });
  }
}

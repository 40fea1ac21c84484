/** How large the values of a tensor are: counts of |v| in bins of equal width that widens as larger values come. */
export class MagnitudeHistogram {
  readonly counts = new Float64Array(2048);
  /** Of one bin. */
  width = 0;
  total = 0;
  /** Largest |v|. */
  max = 0;

  /** Every `step`th value from `first` on; those that are no number are left out. */
  add(values: ArrayLike<number>, first = 0, step = 1): void {
    for (let i = first; i < values.length; i += step) {
      const size = Math.abs(values[i]);
      if (!(size < Number.POSITIVE_INFINITY)) continue;
      if (size > this.max) this.max = size;
      if (size >= this.width * this.counts.length) this.#widen(size);
      this.counts[this.width === 0 ? 0 : Math.min(this.counts.length - 1, Math.floor(size / this.width))]++;
      this.total++;
    }
  }

  /** Double the bins' width, two into one, until `size` has a bin. */
  #widen(size: number): void {
    const { counts } = this;
    const half = counts.length / 2;
    if (this.width === 0) {
      if (size === 0) return;
      this.width = Math.max((2 * size) / counts.length, Number.MIN_VALUE); // all so far were 0 and stay in bin 0
    }
    while (size >= this.width * counts.length) {
      for (let i = 0; i < half; i++) counts[i] = counts[2 * i] + counts[2 * i + 1];
      counts.fill(0, half);
      this.width *= 2;
    }
  }

  /** The least bin edge that at least `share` of the values do not exceed. */
  quantile(share: number): number {
    let below = 0;
    for (let i = 0; i < this.counts.length; i++) {
      below += this.counts[i];
      if (below >= share * this.total) return Math.min(this.max, (i + 1) * this.width);
    }
    return this.max;
  }
}

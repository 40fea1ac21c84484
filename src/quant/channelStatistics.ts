/** Middle and half range of every channel of a tensor, over all that was seen of it. */
export class ChannelStatistics {
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  readonly #sum: Float64Array;
  #rows = 0;

  constructor(readonly channels: number) {
    this.#least = new Float64Array(channels).fill(Number.POSITIVE_INFINITY);
    this.#most = new Float64Array(channels).fill(Number.NEGATIVE_INFINITY);
    this.#sum = new Float64Array(channels);
  }

  /** @param values (rows, channels) */
  add(values: ArrayLike<number>): void {
    const { channels } = this;
    for (let i = 0; i < values.length; i++) {
      const [channel, value] = [i % channels, values[i]];
      if (value < this.#least[channel]) this.#least[channel] = value;
      if (value > this.#most[channel]) this.#most[channel] = value;
      this.#sum[channel] += value;
    }
    this.#rows += values.length / channels;
  }

  /** Means. */
  get centre(): Float64Array {
    return this.#sum.map((sum) => sum / this.#rows);
  }

  /** Largest distances from the means; 1 where a channel never changes. */
  get reach(): Float64Array {
    const { centre } = this;
    return centre.map((mean, i) => Math.max(this.#most[i] - mean, mean - this.#least[i]) || 1);
  }
}

import type { FeedTensor } from "../session.ts";
import type { QueryAttention } from "./predictResult.ts";

/** Mean of attention scores over windows and patches, batch by batch. */
export class AttentionMean {
  #sums = new Float64Array(0);
  #numQueries = 0;
  #count = 0;

  /** @param scores (B, S, Q, C) */
  add({ shape, data }: FeedTensor): void {
    const [batch, patches, queries, channels] = shape;
    const size = queries * channels;
    if (this.#count === 0) this.#sums = new Float64Array(size);
    for (let i = 0; i < data.length; i++) this.#sums[i % size] += Number(data[i]);
    this.#numQueries = queries;
    this.#count += batch * patches;
  }

  mean(): QueryAttention {
    return { scores: this.#sums.map((sum) => sum / this.#count), numQueries: this.#numQueries };
  }
}

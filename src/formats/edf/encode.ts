import { DIGITAL_MAX, DIGITAL_MIN, isStorable, type StoredRange } from "./physicalRange.ts";

/** Stores the samples of one channel, block after block. */
export class ChannelEncoder {
  /** Samples that are no number: stored as 0, or the value of the range nearest to it. */
  missing = 0;
  /** Samples outside the range: stored as its nearer end. */
  clipped = 0;
  /** Samples repeated past the end of a segment. */
  padded = 0;
  /** Physical value of one digital step. */
  readonly step: number;
  private last: number;
  private readonly none: number;

  constructor(private readonly range: StoredRange) {
    this.step = (range.high - range.low) / (DIGITAL_MAX - DIGITAL_MIN);
    this.none = Math.min(DIGITAL_MAX, Math.max(DIGITAL_MIN, Math.round(-range.low / this.step) + DIGITAL_MIN));
    this.last = this.none;
  }

  /**
   * Store `count` samples from index `from` of `samples` at `at`; past their end the last sample is repeated.
   */
  encode(samples: Float64Array, from: number, count: number, out: Int16Array, at: number): void {
    const { scale, low } = this.range;
    const step = this.step;
    const sound = Math.max(0, Math.min(count, samples.length - from));
    for (let i = 0; i < sound; i++) {
      const x = samples[from + i] * scale;
      const digital = Math.round((x - low) / step) + DIGITAL_MIN;
      out[at + i] = digital >= DIGITAL_MIN && digital <= DIGITAL_MAX ? digital : this.outside(x, digital);
    }
    if (sound > 0) this.last = out[at + sound - 1];
    out.fill(this.last, at + sound, at + count);
    this.padded += count - sound;
  }

  private outside(x: number, digital: number): number {
    if (!isStorable(x)) {
      this.missing++;
      return this.none;
    }
    this.clipped++;
    return digital < DIGITAL_MIN ? DIGITAL_MIN : DIGITAL_MAX;
  }
}

/** How much of some values is lost where others stand for them. */
export class NoiseMeter {
  #signal = 0;
  #noise = 0;

  /** Of the same length. */
  add(exact: ArrayLike<number>, rounded: ArrayLike<number>): void {
    for (let i = 0; i < exact.length; i++) {
      this.#signal += exact[i] ** 2;
      this.#noise += (rounded[i] - exact[i]) ** 2;
    }
  }

  /** Signal-to-quantisation-noise ratio, dB: `10 · log₁₀(Σ exact² / Σ (rounded − exact)²)`; ∞ where nothing was lost. */
  get decibels(): number {
    return 10 * Math.log10(this.#signal / this.#noise);
  }
}

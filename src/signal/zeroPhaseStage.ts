import type { ChainFilter } from "./chain.ts";
import { filtfiltInPlace, oddExtensionLeft, oddExtensionRight } from "./filtfilt.ts";
import { type Cascade, runCascade, settledAt } from "./sosfilt.ts";
import type { Stage } from "./stage.ts";
import type { Workspace } from "./workspace.ts";

/** What is left of a wrong initial state after the look-ahead. */
const RESIDUE = 1e-10;

/**
 * Zero-phase filtering block by block. The forward pass carries its state, so it is `filtfilt`'s own. The backward
 * pass of a block starts `lookAhead` samples after it from a guess (the signal stays at its last value); what is wrong
 * with the guess has decayed to 1e-10 by then. At the true ends of the signal `filtfilt`'s odd extension is used.
 */
export class ZeroPhaseStage implements Stage {
  readonly #cascade: Cascade;
  readonly #padding: number;
  readonly #lookAhead: number;
  readonly #workspace: Workspace;
  /** Undefined until the forward pass has begun. */
  #state: Float64Array | undefined;
  /** Before that: all input so far, at most `padding` samples. Then: forward-filtered samples not yet given out. */
  #pending: Float64Array = new Float64Array(0);
  /** The last `padding + 1` input samples, for the extension at the end. */
  #tail: Float64Array = new Float64Array(0);

  constructor({ cascade, padding }: ChainFilter, workspace: Workspace) {
    this.#cascade = cascade;
    this.#padding = padding;
    this.#lookAhead = settlingTime(cascade);
    this.#workspace = workspace;
  }

  push(block: Float64Array, last: boolean): Float64Array {
    const samples = this.#workspace.join(this.#pending, block);
    if (this.#state === undefined && last) {
      filtfiltInPlace(this.#cascade, samples, this.#padding); // the whole signal is here
      return samples;
    }
    if (this.#state === undefined && samples.length <= this.#padding) return this.#wait(samples);
    this.#forward(samples, this.#state === undefined ? 0 : this.#pending.length);
    return last ? this.#backToEnd(samples) : this.#backUntil(samples);
  }

  #wait(samples: Float64Array): Float64Array {
    this.#pending = samples.slice();
    return samples.subarray(0, 0);
  }

  /** Forward pass over `samples` from index `from` on, after noting what the end of the signal needs of them. */
  #forward(samples: Float64Array, from: number): void {
    const kept = this.#padding + 1;
    const fresh = samples.subarray(Math.max(from, samples.length - kept));
    this.#tail = Float64Array.of(...this.#tail, ...fresh).slice(-kept);
    this.#state ??= this.#begin(samples);
    runCascade(this.#cascade, samples, this.#state, from, samples.length);
  }

  #begin(input: Float64Array): Float64Array {
    const left = oddExtensionLeft(input, this.#padding);
    const state = settledAt(this.#cascade, left.length > 0 ? left[0] : input[0]);
    runCascade(this.#cascade, left, state);
    return state;
  }

  #backUntil(forward: Float64Array): Float64Array {
    const ready = forward.length - this.#lookAhead;
    if (ready <= 0) return this.#wait(forward);
    this.#pending = forward.slice(ready);
    const state = settledAt(this.#cascade, forward[forward.length - 1]);
    runCascade(this.#cascade, forward, state, 0, forward.length, -1);
    return forward.subarray(0, ready);
  }

  #backToEnd(forward: Float64Array): Float64Array {
    const right = oddExtensionRight(this.#tail, this.#padding);
    runCascade(this.#cascade, right, this.#state!);
    const state = settledAt(this.#cascade, (right.length > 0 ? right : forward).at(-1)!);
    runCascade(this.#cascade, right, state, 0, right.length, -1);
    runCascade(this.#cascade, forward, state, 0, forward.length, -1);
    return forward;
  }
}

/**
 * Samples after which the slowest mode of a filter has decayed to 1e-10: r^n = 1e-10, r the largest pole radius.
 * 0.1–75 Hz of order 4: τ = 1 / (2π · 0.1 · sin(π/8)) = 4.2 s, so 96 s; 0.5 Hz: 19 s; a notch of Q 30 at 50 Hz: 4 s.
 */
export function settlingTime(cascade: Cascade): number {
  return Math.ceil(Math.log(RESIDUE) / Math.log(largestPoleRadius(cascade)));
}

function largestPoleRadius({ nSections, coefs }: Cascade): number {
  let radius = Number.EPSILON;
  for (let s = 0; s < nSections; s++) {
    const [a1, a2] = [coefs[5 * s + 3], coefs[5 * s + 4]];
    const inside = a1 * a1 - 4 * a2; // of the root of z² + a1·z + a2
    radius = Math.max(radius, inside < 0 ? Math.sqrt(a2) : (Math.abs(a1) + Math.sqrt(inside)) / 2);
  }
  return radius;
}

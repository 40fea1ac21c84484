import { inputRange, type Resampler, resampledLength, resampleRange } from "./resample.ts";
import type { Stage } from "./stage.ts";
import type { Workspace } from "./workspace.ts";

/** Polyphase resampling block by block; the same numbers as `resamplePoly`, to the bit. Blocks may be cut anywhere. */
export class ResampleStage implements Stage {
  readonly #plan: Resampler;
  readonly #workspace: Workspace;
  /** Inputs that are still needed, from index `#first`. */
  #kept = new Float64Array(0);
  #first = 0;
  /** Outputs given so far. */
  #given = 0;

  constructor(plan: Resampler, workspace: Workspace) {
    this.#plan = plan;
    this.#workspace = workspace;
  }

  push(block: Float64Array, last: boolean): Float64Array {
    const inputs = this.#workspace.join(this.#kept, block);
    const known = this.#first + inputs.length;
    const from = this.#given;
    const to = last ? resampledLength(this.#plan, known) : Math.max(from, completeOutputs(this.#plan, known));
    const out = this.#workspace.take(to - from);
    resampleRange(this.#plan, inputs, this.#first, from, to, out);
    const needed = Math.max(this.#first, inputRange(this.#plan, to, to + 1)[0]);
    this.#kept = inputs.slice(needed - this.#first);
    this.#first = needed;
    this.#given = to;
    return out;
  }
}

/** Outputs whose newest input, ⌊(m·down + halfLength) / up⌋, is among the first `nInputs`. */
const completeOutputs = ({ up, down, halfLength }: Resampler, nInputs: number): number =>
  Math.floor((nInputs * up - 1 - halfLength) / down) + 1;

import { type IntegerNetwork, type IntegerStep, readsOf, type TensorId } from "../../quant/integerNetwork/index.ts";
import { type MemoryBlock, placeIntervals } from "./placeIntervals.ts";
import { scratchOf } from "./scratchOf.ts";

/** Static addresses of all that a network needs while it runs. */
export interface MemoryPlan {
  /** Offset of each tensor, bytes. */
  readonly offsets: readonly number[];
  /** Offset of the scratch of each step; undefined where it needs none. */
  readonly scratch: readonly (number | undefined)[];
  /** RAM, inputs and outputs included. */
  readonly bytes: number;
  /** Of the fullest step: no order of addresses needs less for this order of steps. */
  readonly lowerBound: number;
}

/** What every address is a multiple of. */
const ALIGNMENT = 16;

/**
 * Lay the tensors of a network into one piece of memory. Inputs are there from the start and may be overwritten once nobody reads them; a result takes the place of
 * an operand where its kernel can write over what it reads and nobody reads that again.
 * @param scratchOf bytes that a step needs for itself
 */
export function planMemory({ steps, tensors, x, montage, logits }: IntegerNetwork): MemoryPlan {
  const last = lastReads(steps);
  last.set(logits, steps.length); // read by the caller
  const homes = tensors.map((_, id) => id);
  steps.forEach((step, at) => {
    const operand = overwritable(step);
    const fits = operand !== undefined && last.get(operand) === at && sameSize(tensors[operand], tensors[step.output]);
    if (fits) homes[step.output] = homes[operand];
  });
  const blocks = new Map<TensorId, MemoryBlock>();
  const first = new Map([
    [x, 0] as const,
    [montage, 0] as const,
    ...steps.map((step, at) => [step.output, at] as const),
  ]);
  tensors.forEach((tensor, id) => {
    const known = blocks.get(homes[id]);
    const [from, to] = [first.get(id)!, last.get(id) ?? first.get(id)!];
    const bytes = bytesOf(tensor);
    blocks.set(
      homes[id],
      known === undefined ? { bytes, from, to } : { bytes, from: known.from, to: Math.max(to, known.to) },
    );
  });
  const own = [...blocks.keys()];
  const needing = steps.flatMap((step, at) => (scratchOf(step) > 0 ? [at] : []));
  const scratch = needing.map((at) => ({ bytes: scratchOf(steps[at]), from: at, to: at }));
  const { offsets, bytes, lowerBound } = placeIntervals([...blocks.values(), ...scratch], ALIGNMENT);
  const scratchAt = new Map(needing.map((at, i) => [at, offsets[own.length + i]]));
  return {
    offsets: homes.map((home) => offsets[own.indexOf(home)]),
    scratch: steps.map((_, at) => scratchAt.get(at)),
    bytes,
    lowerBound,
  };
}

function lastReads(steps: readonly IntegerStep[]): Map<TensorId, number> {
  return new Map(steps.flatMap((step, at) => readsOf(step).map((id) => [id, at] as const)));
}

/** The operand over which a step can write its result. */
function overwritable(step: IntegerStep): TensorId | undefined {
  switch (step.op) {
    case "linear":
      return step.residual;
    case "table":
    case "add":
    case "layerNorm":
      return step.input;
    default:
      return undefined;
  }
}

type Tensor = IntegerNetwork["tensors"][number];

const sameSize = (a: Tensor, b: Tensor): boolean => a.precision === b.precision && a.length === b.length;

export const bytesOf = ({ precision, length }: Tensor): number => (precision === "i8" ? 1 : 2) * length;

import {
  type IntegerNetwork,
  type Integers,
  readsOf,
  runStep,
  type TensorId,
} from "../../quant/integerNetwork/index.ts";
import { bytesOf, type MemoryPlan } from "./planMemory.ts";
import { scratchOf } from "./scratchOf.ts";

/** What memory that nobody needs holds. */
const POISON = 0xa5;

/**
 * Run a network in the memory that a plan gives it: every operand is read from its address, every result written to its own, scratch is overwritten by every step that
 * has some, and what nobody will read any more is poisoned. A plan under which tensors overlap, or end too early, gives other logits than `runIntegers`.
 */
export function simulatePlan(
  network: IntegerNetwork,
  plan: MemoryPlan,
  { x, montage }: { readonly x: Int16Array; readonly montage: Int16Array },
): Int16Array {
  const memory = new Uint8Array(plan.bytes).fill(POISON);
  const at = (id: TensorId): Uint8Array =>
    memory.subarray(plan.offsets[id], plan.offsets[id] + bytesOf(network.tensors[id]));
  const put = (id: TensorId, values: Integers) =>
    at(id).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const get = (id: TensorId): Integers => {
    const { buffer } = at(id).slice();
    return network.tensors[id].precision === "i8" ? new Int8Array(buffer) : new Int16Array(buffer);
  };
  put(network.x, x);
  put(network.montage, montage);
  const readers = readersLeft(network);
  network.steps.forEach((step, i) => {
    const operands = readsOf(step);
    const useScratch = () => {
      const from = plan.scratch[i];
      if (from !== undefined) memory.fill(POISON, from, from + scratchOf(step));
    };
    useScratch();
    const made = runStep(network, step, get);
    for (const id of operands) {
      readers[id]--;
      if (readers[id] === 0) at(id).fill(POISON);
    }
    put(step.output, made);
    useScratch();
  });
  return get(network.logits) as Int16Array;
}

function readersLeft({ tensors, steps, logits }: IntegerNetwork): number[] {
  const counts = tensors.map(() => 0);
  for (const id of [...steps.flatMap(readsOf), logits]) counts[id]++;
  return counts;
}

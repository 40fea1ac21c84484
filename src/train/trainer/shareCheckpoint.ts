import { float32 } from "../../graph/index.ts";
import type { Weights } from "../../model/index.ts";
import type { Communicator } from "../distributed/communicator.ts";
import { fromRoot } from "../distributed/shares.ts";
import type { Checkpoint } from "../run/checkpoint.ts";

const PARTS = ["weights", "m", "v", "ema"] as const;
type Shapes = Readonly<Record<string, readonly number[]>>;

/** What rank 0 found in the folder of a run, on all ranks: only it reads the folder, so that all go on from the same step. */
export async function shareCheckpoint(
  ranks: Communicator,
  found: Checkpoint | undefined,
): Promise<Checkpoint | undefined> {
  if (ranks.size === 1) return found;
  const known = await fromRoot(ranks, () => (found === undefined ? null : describe(found)));
  if (known === null) return undefined;
  const parts = PARTS.map((part) => [part, shared(ranks, known.shapes[part], found?.[part])] as const);
  const { ema, ...tensors } = Object.fromEntries(parts) as Record<(typeof PARTS)[number], Weights>;
  return { ...known.facts, ...tensors, ...(ema.size > 0 && { ema }) };
}

function describe(checkpoint: Checkpoint) {
  const { weights, m, v, ema = new Map(), adapters: _, ...facts } = checkpoint; // no run goes on from merged weights
  const shapes: Record<string, Shapes> = {};
  for (const [part, tensors] of Object.entries({ weights, m, v, ema })) {
    shapes[part] = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
  }
  return { facts, shapes };
}

function shared(ranks: Communicator, shapes: Shapes, own: Weights | undefined): Weights {
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const count = shape.reduce((product, n) => product * n, 1);
      const values = (own?.get(name)?.data as Float32Array | undefined) ?? new Float32Array(count);
      ranks.broadcast(values, 0);
      return [name, float32(values, shape)] as const;
    }),
  );
}

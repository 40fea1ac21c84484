import { SessionError } from "../../errors.ts";
import type { Communicator } from "./communicator.ts";

/** One of several ranks. */
export type Place = Pick<Communicator, "rank" | "size">;

/** The part `from … to − 1` of `count` that is a rank's: parts follow one another, and are of one size but for one item. */
export function shareOf(count: number, { rank, size }: Place): { readonly from: number; readonly to: number } {
  return { from: Math.floor((rank * count) / size), to: Math.floor(((rank + 1) * count) / size) };
}

/**
 * Every `size`-th item, beginning with `rank`; none where there are fewer items than ranks. Recordings, parts of a dataset and the
 * micro-batches of a step are divided so: of items that grow or shrink along the list, no rank gets all the large ones.
 *
 * One rank adds its gradients as `((g₀ + g₁) + g₂) + g₃`, two ranks as `(g₀ + g₂) + (g₁ + g₃)`: equal but for the rounding of the sum.
 */
export const everyNth = <T>(items: readonly T[], { rank, size }: Place): readonly T[] =>
  items.filter((_, i) => i % size === rank);

/**
 * Sums and counts over all ranks, in float64; means are made of them afterwards (Σ loss / Σ windows, never a mean of means).
 * @throws SessionError where ranks sum different things
 */
export function sumOverRanks<K extends string>(
  communicator: Communicator,
  sums: Readonly<Record<K, number>>,
): Record<K, number> {
  const names = (Object.keys(sums) as K[]).sort();
  const mark = checksum(names.join("\n"));
  const values = Float64Array.from([mark, ...names.map((name) => sums[name])]);
  communicator.allReduceSum(values);
  if (values[0] !== mark * communicator.size) {
    throw new SessionError({
      where: `rank ${communicator.rank} of ${communicator.size}`,
      what: "the ranks do not sum the same things",
      got: `${names.join(", ")} here`,
    });
  }
  return Object.fromEntries(names.map((name, i) => [name, values[i + 1]])) as Record<K, number>;
}

/** 32 bits (FNV-1a): sums of 2²¹ of them are exact in float64. */
function checksum(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/**
 * Whether any rank says yes. Asked once per step, it makes all ranks stop after the same step, whenever each got its signal:
 * a rank that stopped alone would leave the others waiting.
 */
export function anyRank(communicator: Communicator, yes: boolean): boolean {
  const count = Float64Array.of(yes ? 1 : 0);
  communicator.allReduceSum(count);
  return count[0] > 0;
}

/**
 * What `make` gives on `root`, on all ranks; it runs there alone. Every rank, `root` too, gets it as JSON keeps it.
 * @throws what `make` throws on `root`; SessionError on the others
 */
export async function fromRoot<T>(communicator: Communicator, make: () => T | Promise<T>, root = 0): Promise<T> {
  const { rank, size } = communicator;
  if (size === 1) return JSON.parse(JSON.stringify(await make())) as T;
  const made = rank === root ? await encoded(make) : { bytes: new Uint8Array(0) };
  const length = Int32Array.of("error" in made ? -1 : made.bytes.length);
  communicator.broadcast(length, root);
  if ("error" in made) throw made.error;
  if (length[0] < 0) {
    throw new SessionError({ where: `rank ${root} of ${size}`, what: "failed", todo: "See what that rank says" });
  }
  const words = new Int32Array(Math.ceil(length[0] / 4));
  const bytes = new Uint8Array(words.buffer, 0, length[0]);
  bytes.set(made.bytes);
  communicator.broadcast(words, root);
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}

async function encoded(make: () => unknown): Promise<{ readonly bytes: Uint8Array } | { readonly error: unknown }> {
  try {
    return { bytes: new TextEncoder().encode(JSON.stringify(await make())) };
  } catch (error) {
    return { error };
  }
}

/** The value of each rank, in order of ranks, on all ranks; as JSON keeps it. */
export async function fromEach<T>(communicator: Communicator, value: T): Promise<T[]> {
  const all: T[] = [];
  for (let root = 0; root < communicator.size; root++) all.push(await fromRoot(communicator, () => value, root));
  return all;
}

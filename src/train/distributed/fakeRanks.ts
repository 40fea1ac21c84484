import type { Communicator } from "./communicator.ts";
import { communicatorOver, type Parts, type Transport } from "./transport.ts";

/** What one rank brings to a collective call. */
interface Call {
  readonly kind: string;
  readonly bytes: Uint8Array;
  readonly parts?: Parts;
}

/** So short that most arrays of a test are of several chunks. */
const CHUNK_BYTES = 8192;

/**
 * Run a program on several ranks of one process, for tests. Blocking calls cannot wait for each other on one thread, so a rank that
 * must wait is stopped, and is run again from its beginning once all have made that call, with what it has received so far. So
 * `program` must do the same every time: make its own arrays, and keep nothing outside.
 * @returns what it returned on each rank
 * @throws what it throws on any rank, and Error where ranks make different calls
 */
export async function fakeRanks<T>(size: number, program: (ranks: Communicator) => T | Promise<T>): Promise<T[]> {
  const rounds: Call[][] = [];
  for (;;) {
    const calls: Call[] = [];
    const results: T[] = [];
    for (let rank = 0; rank < size; rank++) {
      let waits = false;
      const wait = (call: Call): never => {
        waits = true;
        calls.push(call);
        throw new Error("this rank waits for the others");
      };
      try {
        const result = await program(communicatorOver(replay(rank, size, rounds, wait), CHUNK_BYTES));
        if (!waits) results.push(result); // else it has caught the error, as the command line does
      } catch (error) {
        if (!waits) throw error;
      }
    }
    if (results.length === size) return results;
    const kinds = new Set(calls.map(({ kind }) => kind));
    if (calls.length < size || kinds.size > 1) {
      throw new Error(`the ranks wait for each other: ${[...kinds].join(", ")}, ${results.length} ended`);
    }
    rounds.push(calls);
  }
}

/** A transport that knows the calls of `rounds`. */
function replay(rank: number, size: number, rounds: readonly Call[][], wait: (call: Call) => never): Transport {
  let next = 0;
  const meet = (kind: string, bytes: Uint8Array = new Uint8Array(0), parts?: Parts): readonly Call[] => {
    const calls = rounds[next++];
    return calls ?? wait({ kind, bytes: bytes.slice(), parts });
  };
  return {
    rank,
    size,
    exchange(send, to, receive, from) {
      for (const [r, { bytes, parts }] of meet("exchange", send, to).entries()) {
        receive.set(partOf(bytes, parts!, rank).subarray(0, from.counts[r]), from.offsets[r]);
      }
    },
    collect(bytes, parts) {
      for (const [r, call] of meet("collect", bytes, parts).entries()) {
        bytes.set(partOf(call.bytes, call.parts!, r), parts.offsets[r]);
      }
    },
    broadcast: (bytes, root) => bytes.set(meet(`broadcast of ${root}`, bytes)[root].bytes),
    barrier: () => void meet("barrier"),
    abort(code) {
      throw new Error(`rank ${rank} of ${size} ended the job with code ${code}`);
    },
    finish: () => void meet("finish"),
  };
}

const partOf = (bytes: Uint8Array, { offsets, counts }: Parts, rank: number): Uint8Array =>
  bytes.subarray(offsets[rank], offsets[rank] + counts[rank]);

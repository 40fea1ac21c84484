/** What one rank does in the tests of the real MPI. Started by mpirun with the name of a scene; prints one JSON object per rank. */
import { openCommunicator } from "../node.ts";
import { fromEach, sumOverRanks } from "../shares.ts";
import { mixedValues } from "../testValues.ts";

const { argv, env, stderr, stdout } = process;
const scene = argv[2];
const ranks = await openCommunicator({ env, note: (line) => void stderr.write(`${line}\n`) });
const print = (value: object) =>
  void stdout.write(`${JSON.stringify({ rank: ranks.rank, pid: process.pid, ...value })}\n`);

const SCENES: Readonly<Record<string, () => unknown>> = {
  async collectives() {
    const sums = [Float32Array, Float64Array].flatMap((Type) =>
      [1, 2, 5, 4099].map((length) => {
        const values = Type.from(mixedValues(ranks.rank, length));
        ranks.allReduceSum(values);
        return hash(values);
      }),
    );
    const long = new Float32Array(5_400_001).fill(ranks.rank + 1);
    ranks.allReduceSum(long);
    const sent = Int32Array.of(ranks.rank, -7, 2 ** 31 - 1);
    ranks.broadcast(sent, ranks.size - 1);
    ranks.barrier();
    const each = await fromEach(ranks, { rank: ranks.rank, text: "é" });
    const { windows } = sumOverRanks(ranks, { windows: ranks.rank + 0.5 });
    print({
      size: ranks.size,
      sums,
      long: [Math.min, Math.max].map((f) => long.reduce((a, b) => f(a, b))),
      sent: [...sent],
      each,
      windows,
    });
    ranks.finish();
  },
  abort() {
    if (ranks.rank === 1) ranks.abort(7);
    ranks.barrier();
  },
  throw() {
    if (ranks.rank === 1) throw new Error("no more windows");
    ranks.barrier();
  },
  leave() {
    if (ranks.rank === 1) return;
    ranks.barrier();
  },
  async die() {
    ranks.barrier();
    if (ranks.rank === 1) process.kill(process.pid, "SIGKILL");
    ranks.allReduceSum(new Float32Array(1000));
  },
  /** A handler set before or after MPI still gets its signal, and WebAssembly still traps. */
  async signals() {
    const got = new Promise((resolve, reject) => {
      process.once("SIGINT", resolve);
      setTimeout(reject, 10_000, new Error("no signal came"));
    });
    process.kill(process.pid, "SIGINT");
    const trap = new WebAssembly.Instance(new WebAssembly.Module(OUT_OF_BOUNDS)).exports["f"] as () => void;
    let trapped = "";
    try {
      trap();
    } catch (error) {
      trapped = String(error);
    }
    print({ signal: await got, trapped });
    ranks.finish();
    process.exit();
  },
};

/** `(module (memory 1) (func (export "f") (drop (i32.load (i32.const 0x7fffffff)))))` */
const OUT_OF_BOUNDS = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 0x66, 0, 0],
  ...[10, 14, 1, 12, 0, 0x41, 0xff, 0xff, 0xff, 0xff, 7, 0x28, 2, 0, 0x1a, 0x0b],
);

function hash(values: Float32Array | Float64Array): number {
  const words = new Uint32Array(values.buffer);
  return words.reduce((sum, word) => (Math.imul(sum, 31) + word) >>> 0, 0);
}

await SCENES[scene]();

import { createBuilder, float32 } from "../src/graph/index.ts";
import { randomStream } from "../src/model/index.ts";
import { nodeEngine } from "../src/runtime/node.ts";
import type { Session } from "../src/runtime/session.ts";

const [ROWS, INNER, COLUMNS] = [2048, 256, 1024];

/** Floating point operations of the reference. */
export const MATMUL_FLOPS = 2 * ROWS * INNER * COLUMNS;
export const MATMUL_SHAPE = `${ROWS}x${INNER}x${COLUMNS}`;

/** The yardstick: one bare MatMul with a constant right operand, on the same engine and thread count. */
export interface MatMulReference {
  run(): Promise<void>;
  close(): Promise<void>;
}

export async function matMulReference(threads: number): Promise<MatMulReference> {
  const session: Session = await nodeEngine.createSession(matMulGraph(), { threads });
  const data = randomStream(0, "bench/matmul/a").normal(0, ROWS * INNER);
  const feeds = { a: { dtype: "float32", shape: [ROWS, INNER], data } } as const;
  return {
    run: async () => void (await session.run(feeds)),
    close: () => session.close(),
  };
}

function matMulGraph() {
  const g = createBuilder("matmul");
  const a = g.input("a", "float32", [ROWS, INNER]);
  const b = g.constant(float32(randomStream(0, "bench/matmul/b").normal(0, INNER * COLUMNS), [INNER, COLUMNS]));
  return g.finish({ c: g.matMul(a, b) });
}

import { float32 } from "../../src/graph/index.ts";
import { initializeWeights, PUBLISHED, panlunaGraph, randomStream } from "../../src/model/index.ts";
import type { Engine, Provider } from "../../src/runtime/session.ts";

/** Milliseconds per window of 22 channels × 5 s, batch 1, on the published network. */
export interface WindowTime {
  readonly threads: number;
  readonly warnings: readonly string[];
  readonly median: number;
  readonly fastest: number;
  readonly runs: number;
}

const [C, SAMPLES] = [22, 1280];

/** Time runs after two that warm up. */
export async function timeWindow(engine: Engine, provider: Provider, threads: number, runs = 15): Promise<WindowTime> {
  const head = { kind: "none" } as const;
  const model = { sizes: PUBLISHED, head, weights: initializeWeights(PUBLISHED, head, 1) };
  const graph = panlunaGraph(model, { montage: "embedded", outputs: ["embedding"] });
  const session = await engine.createSession(graph, { provider, threads });
  const random = (name: string, count: number) => randomStream(2, name).normal(0, count);
  const feeds = {
    x: float32(random("x", C * SAMPLES), [1, C, SAMPLES]),
    montage: float32(random("montage", C * PUBLISHED.embedDim), [1, C, PUBLISHED.embedDim]),
  };
  const times: number[] = [];
  for (let i = -2; i < runs; i++) {
    const start = performance.now();
    await session.run(feeds);
    if (i >= 0) times.push(performance.now() - start);
  }
  await session.close();
  times.sort((a, b) => a - b);
  return {
    threads: session.threads,
    warnings: session.warnings ?? [],
    median: times[runs >> 1],
    fastest: times[0],
    runs,
  };
}

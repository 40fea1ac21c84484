import { randomStream } from "../src/model/index.ts";
import { dropoutMask } from "../src/train/dropoutMask.ts";
import { adamwStep } from "../src/train/optimizer/adamw.ts";
import { clipFactor, gradientNorm } from "../src/train/optimizer/clip.ts";
import { updateEma } from "../src/train/optimizer/ema.ts";
import { environment } from "./environment.ts";
import { interleave, round, summarize } from "./measure.ts";

/** Parameters of the published network. */
const COUNT = 5_400_000;
/** Dropout masks of a step: windows × values. */
const [WINDOWS, VALUES] = [16, 160_000];

/** What a step does beside the graph, on one thread: nanoseconds per value. */
export async function optimizer(): Promise<{ result: unknown }> {
  const start = environment();
  const draw = (purpose: string) => randomStream(0, `bench/${purpose}`).normal(0, COUNT);
  const [p, g, m] = [draw("p"), draw("g"), draw("m")];
  const v = draw("v").map((value) => value * value);
  const mean = p.slice();
  const step = { lr: 1e-4, weightDecay: 0.05, betas: [0.9, 0.98], eps: 1e-8, step: 100 } as const;
  const indices = Array.from({ length: WINDOWS }, (_, i) => i);
  const programs = {
    norm: async () => void clipFactor(gradientNorm([["g", g]]).norm, 1),
    adamw: async () => adamwStep(p, g, m, v, { ...step, gradientFactor: 0.5 }),
    ema: async () => updateEma(mean, p, 0.999),
    dropout: async () => void dropoutMask({ seed: 0, step: 1 }, "bench", indices, VALUES, 0.1),
  };
  const times = await interleave(programs, ["norm", "adamw", "ema", "dropout"], 5);
  const counts = { norm: COUNT, adamw: COUNT, ema: COUNT, dropout: WINDOWS * VALUES };
  const parts = Object.entries(counts).map(([name, count]) => {
    const ms = summarize(times[name as keyof typeof counts]);
    const perValue = (milliseconds: number) => round((1e6 * milliseconds) / count, 2);
    return { name, count, ms, nsPerValue: perValue(ms.median), bestNsPerValue: perValue(ms.min) };
  });
  return { result: { benchmark: "optimizer", environment: start, parts } };
}

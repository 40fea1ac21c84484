import { type PanlunaModel, panlunaGraph, widthOf } from "../../model/index.ts";
import type { FeedTensor } from "../../runtime/session.ts";
import type { FinetuneConfig } from "../config/index.ts";
import { forwardWindows } from "../predict/index.ts";
import type { TrainingPlatform } from "../trainer/platform.ts";
import type { LabelledRows } from "./taskLabels.ts";
import type { Latents } from "./whitenedHead.ts";

/** More windows than this change a covariance little and take long. */
const MOST_WINDOWS = 1024;

/** Patch times of each window, evenly spaced over it. */
const TIMES = 4;

/** Latents of training windows, evenly spaced over all of them, the same on every rank. @param nTimes the middle of longer windows is taken */
export async function trainingLatents(
  { sizes, weights }: PanlunaModel,
  train: readonly LabelledRows[],
  nTimes: number,
  { sensors, batch }: Pick<FinetuneConfig, "sensors" | "batch">,
  { engine, session: options, ranks, startLoader }: TrainingPlatform,
): Promise<Latents> {
  const all = train.reduce((sum, { rows }) => sum + rows.length, 0);
  const every = Math.ceil(all / MOST_WINDOWS);
  const chosen = train.map(({ store, rows }) => ({ store, rows: Array.from(rows).filter((_, i) => i % every === 0) }));
  const graph = panlunaGraph({ sizes, weights, head: { kind: "none" } }, { outputs: ["latent"] });
  const session = await engine.createSession(graph, options);
  try {
    const { plan, values } = await forwardWindows(
      chosen,
      nTimes,
      async (feeds) => atTimes((await session.run(feeds))["latent"]),
      { name: "latents", width: TIMES * widthOf(sizes) },
      { micro: batch.micro, sensors, ranks, startLoader },
    );
    return { count: plan.windows * TIMES, values };
  } finally {
    await session.close();
  }
}

/** (B, S, W) → (B, TIMES · W) */
function atTimes({ shape: [batch, nPatches, width], data }: FeedTensor): FeedTensor {
  const out = new Float32Array(batch * TIMES * width);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < TIMES; i++) {
      const from = (b * nPatches + Math.floor(((i + 0.5) * nPatches) / TIMES)) * width;
      out.set((data as Float32Array).subarray(from, from + width), (b * TIMES + i) * width);
    }
  }
  return { dtype: "float32", shape: [batch, TIMES * width], data: out };
}

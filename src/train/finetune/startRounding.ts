import type { PanlunaModel } from "../../model/index.ts";
import type { RoundingScheme } from "../../quant/index.ts";
import type { FinetuneConfig } from "../config/index.ts";
import { quantizeModel } from "../quantize/quantizeModel.ts";
import type { TrainingPlatform } from "../trainer/platform.ts";
import type { LabelledRows } from "./taskLabels.ts";

/**
 * How a network is rounded while it learns: scales of the network that it starts as, on training windows that are evenly spaced over all of them. The same on
 * every rank. Channels are not made alike: that changes weights, and what is trained keeps the weights that its names promise.
 */
export async function startRounding(
  model: PanlunaModel,
  train: readonly LabelledRows[],
  nTimes: number,
  {
    quantize,
    sensors,
  }: Pick<FinetuneConfig, "sensors"> & { readonly quantize: NonNullable<FinetuneConfig["quantize"]> },
  { engine, session }: TrainingPlatform,
): Promise<RoundingScheme> {
  const { weights, range, calibrationWindows } = quantize;
  const all = train.reduce((sum, { rows }) => sum + rows.length, 0);
  const every = Math.ceil(all / calibrationWindows);
  const stores = train.map(({ store, rows }) => ({ store, rows: Array.from(rows).filter((_, i) => i % every === 0) }));
  const own: typeof engine = { ...engine, createSession: (graph) => engine.createSession(graph, session) };
  const { scheme } = await quantizeModel(model, { stores, nTimes }, own, {
    bitsOf: () => weights,
    range,
    equalize: false,
    sensors,
  });
  const scales = [...scheme.weights].map(([layer, { bits, scales, axis }]) => [layer, { bits, scales, axis }] as const);
  return { ...scheme, weights: new Map(scales) };
}

import type { Engine, SessionOptions } from "../../runtime/session.ts";
import { openDeviceEngine } from "./deviceEngine.ts";
import { openHostEngine } from "./hostEngine.ts";
import type { EngineOptions, StepEngine } from "./stepEngine.ts";
import type { TrainingGraphs } from "./trainingGraphs.ts";

/**
 * The step engine that suits the provider: on "webgpu" weights and optimiser stay on the device where the engine can hold them there; else they are in
 * memory and AdamW runs beside the graph.
 * @throws SessionError when the engine refuses a graph
 */
export function openStepEngine(
  engine: Engine,
  graphs: TrainingGraphs,
  options: EngineOptions,
  session: SessionOptions,
): Promise<StepEngine> {
  const { createDeviceSession } = engine;
  return session.provider === "webgpu" && createDeviceSession !== undefined
    ? openDeviceEngine({ ...engine, createDeviceSession }, graphs, options, session)
    : openHostEngine(engine, graphs, options, session);
}

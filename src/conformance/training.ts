import type { Engine, SessionOptions } from "../runtime/session.ts";
import { openStepEngine } from "../train/engine/openStepEngine.ts";
import type { StepEngine } from "../train/engine/stepEngine.ts";
import { type TrainingGraphs, trainingGraphs } from "../train/engine/trainingGraphs.ts";
import type { CaseSetup } from "./caseSetup.ts";

/** A training of a case, as the trainer opens it. */
export interface OpenedTraining {
  readonly graphs: TrainingGraphs;
  readonly engine: StepEngine;
}

export type OpenTraining = () => Promise<OpenedTraining>;

/** Opens what the trainer opens: its graphs and its step engine, from the weights of the case, without noise. */
export const openTraining =
  (engine: Engine, setup: CaseSetup, session: SessionOptions): OpenTraining =>
  async () => {
    const { model, lora, rules, trained, objective } = setup;
    const graphs = trainingGraphs({ model, trained: [...rules.keys()], objective, ...(lora && { lora }) });
    const state = { weights: trained, m: new Map(), v: new Map() };
    return { graphs, engine: await openStepEngine(engine, graphs, { rules, ema: 0, state }, session) };
  };

import type { Graph } from "../graph/index.ts";
import { mergeLora, type OpenNetwork, openPanluna, type TrainingForm } from "../model/index.ts";
import type { Engine, FeedTensor, SessionOptions } from "../runtime/session.ts";
import { feedsOf } from "./caseFeeds.ts";
import type { ConformanceCase } from "./caseFolder.ts";
import type { Tolerances } from "./caseInfo.ts";
import type { CaseSetup } from "./caseSetup.ts";
import { checkValues, failedCheck, type TensorCheck } from "./checks.ts";

/** Values that a user gets; their tolerance is `forward`, that of everything between is `intermediate`. */
const FORWARD = new Set(["reconstruction", "logits"]);

/** Compare every expected value with that of the graph that users run; adapters are merged into the weights. */
export async function checkForward(
  engine: Engine,
  testCase: ConformanceCase,
  { model, lora, objective, lossNames }: CaseSetup,
  session: SessionOptions,
): Promise<TensorCheck[]> {
  const weights = lora === undefined ? model.weights : mergeLora(model.weights, lora);
  const open = openPanluna({ ...model, weights }, { masked: objective.masked });
  return compareAll(engine, testCase, graphOf(open, testCase, { objective, lossNames }), session);
}

/** Compare every expected value with that of the network whose adapters stand beside the weights, as while it learns. */
export async function checkUnmerged(
  engine: Engine,
  testCase: ConformanceCase,
  { model, lora, trained, objective, lossNames }: CaseSetup,
  session: SessionOptions,
): Promise<TensorCheck[]> {
  const training: TrainingForm = { trained: new Set(trained.keys()), ...(lora && { lora }) };
  const open = openPanluna(model, { masked: objective.masked, training });
  const graph = graphOf(open, testCase, { objective, lossNames });
  const checks = await compareAll(engine, testCase, graph, session, Object.fromEntries(trained));
  return checks.map((check) => ({ ...check, tensor: `unmerged/${check.tensor}` }));
}

/** All expected values that the network has, and `latent`. */
function graphOf(
  open: OpenNetwork,
  { expected }: ConformanceCase,
  { objective, lossNames }: Pick<CaseSetup, "objective" | "lossNames">,
): Graph {
  const { parts } = objective.losses(open);
  const losses = new Map(Object.entries(parts).map(([part, value]) => [lossNames[part], value]));
  const outputs = [...expected.keys()].flatMap((name) => {
    const value = losses.get(name) ?? open.g.named.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return open.finish({ latent: open.value("latent"), ...Object.fromEntries(outputs) });
}

async function compareAll(
  engine: Engine,
  testCase: ConformanceCase,
  graph: Graph,
  options: SessionOptions,
  parameters: Readonly<Record<string, FeedTensor>> = {},
): Promise<TensorCheck[]> {
  const actual =
    graph.outputs.length === 0
      ? {}
      : await runOnce(engine, graph, { ...feedsOf(graph, testCase), ...parameters }, options);
  return [...testCase.expected].map(([name, expected]) => {
    const tolerance = toleranceOf(name, testCase.info.tolerances);
    const value = actual[name];
    if (value === undefined) return failedCheck(name, "the model has no such tensor", tolerance);
    return checkValues(name, value, expected, tolerance);
  });
}

async function runOnce(
  engine: Engine,
  graph: Graph,
  feeds: Readonly<Record<string, FeedTensor>>,
  options: SessionOptions,
): Promise<Record<string, FeedTensor>> {
  const session = await engine.createSession(graph, options);
  try {
    return await session.run(feeds);
  } finally {
    await session.close();
  }
}

function toleranceOf(tensor: string, { forward, intermediate, loss }: Tolerances): number {
  if (tensor === "channel_locations_normalised") return 0;
  if (tensor.startsWith("loss.")) return loss;
  return FORWARD.has(tensor) ? forward : intermediate;
}

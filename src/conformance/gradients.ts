import type { Tensor } from "../graph/index.ts";
import type { StepEngine } from "../train/engine/stepEngine.ts";
import { feedsOf } from "./caseFeeds.ts";
import type { CaseTensors, ConformanceCase } from "./caseFolder.ts";
import type { CaseSetup } from "./caseSetup.ts";
import { checkTensor, failedCheck, judged, spanTest, type TensorCheck } from "./checks.ts";
import type { OpenTraining } from "./training.ts";

/** Compare the losses of the graph that is differentiated and every gradient. `d/<parameter>` is the gradient of a parameter. */
export async function checkGradients(
  testCase: ConformanceCase,
  setup: CaseSetup,
  openTraining: OpenTraining,
): Promise<TensorCheck[]> {
  const { graphs, engine } = await openTraining();
  try {
    const losses = await engine.accumulate(feedsOf(graphs.gradient, testCase));
    const gradients = await gradientsOf(engine, setup);
    return [
      ...checkLosses(testCase, setup, losses),
      ...checkFrozen(testCase, setup),
      ...compareGradients(testCase, gradients),
    ];
  } finally {
    await engine.close();
  }
}

/** The accumulated gradients, as ranks exchange them. */
async function gradientsOf(engine: StepEngine, { trained }: CaseSetup): Promise<Map<string, Tensor>> {
  const found = new Map<string, Tensor>();
  await engine.exchange((gradients) => {
    for (const [name, data] of gradients) {
      found.set(name, { dtype: "float32", shape: trained.get(name)?.shape ?? [data.length], data: data.slice() });
    }
  });
  return found;
}

function checkLosses(
  { info, expected }: ConformanceCase,
  { lossNames }: CaseSetup,
  losses: Readonly<Record<string, number>>,
): TensorCheck[] {
  return Object.entries(lossNames).map(([part, name]) => {
    const given = expected.get(name);
    const label = `training/${name}`;
    if (given === undefined) return failedCheck(label, "the case has no such tensor", info.tolerances.loss);
    return judged(label, Math.abs(losses[part] - Number(given.data[0])), info.tolerances.loss);
  });
}

/** What the authors do not train must not be trained here, and the other way round. */
function checkFrozen({ info, weights }: ConformanceCase, { trained }: CaseSetup): TensorCheck[] {
  if (info.frozen === undefined) return [];
  const frozen = new Set(info.frozen);
  const unknown = info.frozen.filter((name) => !weights.has(name));
  const here = [...weights.keys()].filter((name) => !trained.has(name));
  return [
    ...unknown.map((name) => failedCheck(`frozen/${name}`, "the model has no such tensor")),
    ...here.filter((name) => !frozen.has(name)).map((name) => failedCheck(`frozen/${name}`, "frozen here alone")),
    ...info.frozen.filter((name) => trained.has(name)).map((name) => failedCheck(`frozen/${name}`, "trained here")),
  ];
}

/** `|difference| ≤ grad_abs + grad_rel · max|g|`; where the gradient is 0 in real arithmetic, ours is no further from 0. */
function compareGradients({ info, grads = new Map() }: ConformanceCase, actual: CaseTensors): TensorCheck[] {
  const { zero_gradient_by_theory, trainable = [], tolerances } = info;
  const names = new Set([
    ...grads.keys(),
    ...actual.keys(),
    ...trainable,
    ...zero_gradient_by_theory.map((s) => s.name),
  ]);
  return [...names].map((name) => {
    const [given, wanted] = [actual.get(name), grads.get(name)];
    const tolerance = tolerances.grad_abs + tolerances.grad_rel * largest(wanted);
    const check = checkTensor(`d/${name}`, given, wanted, tolerance);
    if (!check.ok || given === undefined) return check;
    const isZero = spanTest(zero_gradient_by_theory, name);
    return judged(check.tensor, Math.max(check.error, largest(given, isZero)), tolerance);
  });
}

/** The largest absolute value among those asked for. */
function largest(tensor: Tensor | undefined, where: (index: number) => boolean = () => true): number {
  const data = (tensor?.data ?? []) as Float32Array;
  return data.reduce((most, value, i) => (where(i) ? Math.max(most, Math.abs(value)) : most), 0);
}

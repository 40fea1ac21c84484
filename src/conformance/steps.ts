import { float32, type Tensor } from "../graph/index.ts";
import { feedsOf } from "./caseFeeds.ts";
import type { CaseTensors, ConformanceCase } from "./caseFolder.ts";
import type { CaseInfo, CaseOptimizer } from "./caseInfo.ts";
import type { CaseSetup } from "./caseSetup.ts";
import { checkTensor, judged, spanTest, type TensorCheck } from "./checks.ts";
import type { OpenedTraining, OpenTraining } from "./training.ts";

/** What a training leaves behind. */
interface Course {
  /** Parts of the loss before every step and after the last, by the authors' names. */
  readonly losses: ReadonlyMap<string, readonly number[]>;
  /** Before clipping. */
  readonly norms: readonly number[];
  /** The whole state dict after the first step and after the last. */
  readonly step1: CaseTensors;
  readonly final: CaseTensors;
}

/** Train on the one batch of the case and compare losses, norms of the gradient and parameters. */
export async function checkSteps(
  testCase: ConformanceCase,
  setup: CaseSetup,
  openTraining: OpenTraining,
): Promise<TensorCheck[]> {
  const opened = await openTraining();
  try {
    const course = await train(testCase, setup, opened, testCase.info.optimizer!);
    return [
      ...checkCourse(testCase, course),
      ...checkParameters("step1", course.step1, testCase.step1!, testCase.info),
      ...checkParameters("final", course.final, testCase.final!, testCase.info),
    ];
  } finally {
    await opened.engine.close();
  }
}

async function train(
  testCase: ConformanceCase,
  { model, lossNames }: CaseSetup,
  { graphs, engine }: OpenedTraining,
  { steps, lr, betas, eps, weight_decay, clip_norm }: CaseOptimizer,
): Promise<Course> {
  const losses = new Map(Object.values(lossNames).map((name): [string, number[]] => [name, []]));
  const feeds = feedsOf(graphs.gradient, testCase);
  const accumulate = async () => {
    const parts = await engine.accumulate(feeds);
    for (const [part, name] of Object.entries(lossNames)) losses.get(name)!.push(parts[part]);
  };
  const parameters = async () => new Map([...model.weights, ...(await engine.state()).weights]);
  const norms: number[] = [];
  let step1: CaseTensors = new Map();
  for (let step = 1; step <= steps; step++) {
    await accumulate();
    const { norm } = await engine.update({ step, lr, betas, eps, weightDecay: weight_decay, clip: clip_norm });
    norms.push(norm);
    if (step === 1) step1 = await parameters();
  }
  const final = await parameters();
  await accumulate(); // for the losses after the last step
  return { losses, norms, step1, final };
}

function checkCourse({ info, expected }: ConformanceCase, { losses, norms }: Course): TensorCheck[] {
  const { loss, grad_norm } = info.tolerances;
  const found = new Map<string, Tensor>([...losses].map(([name, values]) => [name, float32(values)]));
  found.set("grad_norm", float32(norms));
  return [...new Set([...found.keys(), ...expected.keys()])].map((name) =>
    checkTensor(name, found.get(name), expected.get(name), name === "grad_norm" ? grad_norm : loss),
  );
}

/** Every parameter within `param_max`, 99.9 % of all values within `param_p999`; those that the case skips count for neither. */
function checkParameters(
  stage: string,
  actual: CaseTensors,
  expected: CaseTensors,
  { tolerances, skip_parameters }: CaseInfo,
): TensorCheck[] {
  const { param_max, param_p999 } = tolerances;
  const differences: number[] = [];
  const names = new Set([...actual.keys(), ...expected.keys(), ...skip_parameters.map(({ name }) => name)]);
  const checks = [...names].map((name) => {
    const [given, wanted] = [actual.get(name), expected.get(name)];
    const comparable = checkTensor(`${stage}/${name}`, given, wanted, param_max);
    if (comparable.problem !== undefined) return comparable;
    const isSkipped = spanTest(skip_parameters, name);
    const own = [...differencesOf(given!, wanted!)].filter((_, i) => !isSkipped(i));
    for (const difference of own) differences.push(difference);
    return judged(comparable.tensor, largestOf(own), param_max);
  });
  return [...checks, judged(`${stage} (99.9 % of values)`, quantile(differences, 0.999), param_p999)];
}

const differencesOf = ({ data: a }: Tensor, { data: b }: Tensor): Float64Array =>
  Float64Array.from(a as Float32Array, (value, i) => Math.abs(value - Number(b[i])));

const largestOf = (values: readonly number[]): number =>
  values.reduce((most, value) => (value <= most ? most : value), 0);

/** The value that the given share of all values does not exceed; NaN sorts last. */
function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  return Float64Array.from(values).sort()[Math.ceil(share * values.length) - 1];
}

import type { Engine, SessionOptions } from "../runtime/session.ts";
import type { ConformanceCase } from "./caseFolder.ts";
import { setUpCase } from "./caseSetup.ts";
import type { TensorCheck } from "./checks.ts";
import { checkForward, checkUnmerged } from "./forward.ts";
import { checkGradients } from "./gradients.ts";
import { checkSteps } from "./steps.ts";
import { openTraining } from "./training.ts";

/** The result of one case. */
export interface CaseResult {
  readonly name: string;
  readonly ok: boolean;
  readonly checks: readonly TensorCheck[];
  /** Parts of the case that were not run, each with its reason. */
  readonly skipped: readonly string[];
}

/** How to run cases. */
export interface ConformanceOptions extends SessionOptions {
  /** Factor on every stated tolerance: 1 on CPU providers, more where a provider's arithmetic is coarser. */
  readonly toleranceFactor?: number;
}

/** Run one case through the same graphs, sessions and optimiser as any user and compare every tensor. */
export async function runCase(
  engine: Engine,
  testCase: ConformanceCase,
  { toleranceFactor = 1, ...session }: ConformanceOptions = {},
): Promise<CaseResult> {
  const exact = await checksOf(engine, testCase, session);
  const checks = exact.map((check): TensorCheck => {
    const tolerance = toleranceFactor * check.tolerance;
    return { ...check, tolerance, ok: check.error <= tolerance && check.problem === undefined };
  });
  return {
    name: testCase.info.name,
    ok: checks.length > 0 && checks.every(({ ok }) => ok),
    checks,
    skipped: skippedOf(testCase),
  };
}

async function checksOf(engine: Engine, testCase: ConformanceCase, session: SessionOptions): Promise<TensorCheck[]> {
  const setup = setUpCase(testCase);
  const training = openTraining(engine, setup, session);
  if (testCase.info.kind === "train") return checkSteps(testCase, setup, training);
  return [
    ...(await checkForward(engine, testCase, setup, session)),
    ...(testCase.lora === undefined ? [] : await checkUnmerged(engine, testCase, setup, session)),
    ...(testCase.grads === undefined ? [] : await checkGradients(testCase, setup, training)),
  ];
}

function skippedOf({ info, grads }: ConformanceCase): string[] {
  return info.kind === "train" || grads !== undefined ? [] : ["gradients (the case has no grads.safetensors)"];
}

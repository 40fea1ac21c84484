import { basename, join } from "node:path";
import {
  costsOf,
  type Deployment,
  deployProject,
  integerNetworkFor,
  type OpCost,
  type ProjectFiles,
  planMemory,
  TARGETS,
} from "../../edge/index.ts";
import { UsageError } from "../../errors.ts";
import { randomStream } from "../../model/index.ts";
import type { Engine } from "../../runtime/session.ts";
import { MODEL_SFREQ, type PlacedChannel, placeOf } from "../../signal/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import { readQuantizedModel } from "../../train/quantize/quantizedModel.ts";
import type { Effects } from "../effects.ts";

/** What was asked for. */
export interface DeployWishes {
  readonly target: string;
  readonly channels: readonly string[];
  /** Most bytes. */
  readonly ram?: number;
  readonly flash?: number;
}

/** A project, and what it takes. */
export interface Deployed {
  readonly deployment: Deployment;
  readonly task: TrainedTask;
  readonly files: ProjectFiles;
  readonly costs: readonly OpCost[];
  /** Bytes. */
  readonly ram: number;
  readonly flash: number;
}

/** @throws UsageError for channels that have no place or a project that is too large; FormatError for a file that is no quantised model */
export async function makeDeployment(path: string, wishes: DeployWishes, effects: Effects): Promise<Deployed> {
  const engine: Engine = { name: "cpu", createSession: (graph, options = {}) => effects.createSession(graph, options) };
  const model = await readQuantizedModel(await effects.readFile(path), basename(path), engine);
  const { task } = model;
  const channels = wishes.channels.map(placed);
  const patchSize = model.sizes.patchSize;
  const { network, montage } = await integerNetworkFor(model, { channels, nTimes: task.nTimes, patchSize }, engine);
  const deployment: Deployment = {
    network,
    plan: planMemory(network),
    target: TARGETS.find(({ name }) => name === wishes.target)!,
    channels: channels.map(({ name }) => name),
    classes: classesOf(task),
    nTimes: task.nTimes,
    sfreq: MODEL_SFREQ,
    montage,
    testCounts: countsOfNoise(channels.length, task.nTimes),
  };
  const read = async (name: string) =>
    new TextDecoder().decode(await effects.readFile(join(effects.packageFolder, "src/edge/c", name)));
  const files = await deployProject(deployment, read);
  const made = {
    deployment,
    task,
    files,
    costs: costsOf(network),
    ram: deployment.plan.bytes,
    flash: constantsIn(files),
  };
  checkSize("RAM", made.ram, wishes.ram, "Take fewer channels or a task of shorter windows");
  checkSize("flash", made.flash, wishes.flash, "Quantise to fewer bits (panluna quantize --weights 4)");
  return made;
}

function placed(label: string): PlacedChannel {
  const name = label.toUpperCase();
  const place = placeOf(name);
  if (place !== undefined) return { name, ...place };
  throw new UsageError({
    where: "--channels",
    what: "has a channel without a known place",
    expected: "electrodes of the 10-05 system (FP1, CZ, FP1-F7), leads (I, II, AVR, V1 … V6) or PPG",
    got: label,
  });
}

const classesOf = ({ name, spec }: TrainedTask): readonly string[] =>
  "classes" in spec && spec.classes !== undefined ? spec.classes : [name];

/** Raw samples for a test vector: noise on an offset, as electrodes have it. */
function countsOfNoise(channels: number, nTimes: number): Int32Array {
  const noise = randomStream(0, "deploy/test-vector").normal(0, channels * nTimes);
  return Int32Array.from(noise, (v, i) => Math.round(5000 * v) + 20_000 * (1 + Math.floor(i / nTimes)));
}

const constantsIn = (files: ProjectFiles): number => files.get("constants.bin")!.length;

function checkSize(what: string, bytes: number, most: number | undefined, todo: string): void {
  if (most === undefined || bytes <= most) return;
  throw new UsageError({
    where: "deploy",
    what: `the network needs more ${what}`,
    expected: `at most ${most} bytes`,
    got: `${bytes}, ${bytes - most} too many`,
    todo,
  });
}

import { parseArgs } from "node:util";
import { networkSource } from "../src/edge/emit/networkSource.ts";
import { multiplicationsOf } from "../src/edge/plan/costs.ts";
import { planMemory } from "../src/edge/plan/planMemory.ts";
import { TARGETS } from "../src/edge/targets/index.ts";
import { linearSources, type Target } from "../src/edge/targets/target.ts";
import { initializeWeights, PUBLISHED } from "../src/model/index.ts";
import { compileNetwork, runIntegers } from "../src/quant/integerNetwork/index.ts";
import { machineOf } from "../test/edge/machines.ts";
import { OP_KERNELS } from "../test/edge/opsCases.ts";
import { missingTool, runOnTarget } from "../test/edge/runOnTarget.ts";
import { checksum, TRACED } from "../test/edge/traced.ts";
import { integerInputs, quantizedExample } from "../test/quantized.ts";
import { round } from "./measure.ts";

/**
 * The whole published network with untrained weights in C under QEMU: instructions of every kind of step, and whether each result is that of the reference.
 * `npx tsx bench/edgeNetwork.ts [--channels 12] [--patches 80] [--bits 8]`
 */
const { values } = parseArgs({
  options: { channels: { type: "string" }, patches: { type: "string" }, bits: { type: "string" } },
});
const [channels, patches, bits] = [values.channels ?? "12", values.patches ?? "80", values.bits ?? "8"].map(Number);
const head = { kind: "classify", numClasses: 5 } as const;
const model = { sizes: PUBLISHED, head, weights: initializeWeights(PUBLISHED, head, 0) };
const example = await quantizedExample(model, { channels, patches }, bits as 8 | 4 | 2);
const network = compileNetwork(example, example.scheme);
const plan = planMemory(network);
const inputs = integerInputs(network, example.windows[0]);
const expected: number[] = [];
runIntegers(network, inputs, (_, made) => expected.push(checksum(made)));

const measured = TARGETS.filter((target) => machineOf(target).instructionsPerTick !== undefined).map((target) => {
  const missing = missingTool(target);
  return { target: target.name, ...(missing === undefined ? countsOn(target) : { skipped: `needs ${missing}` }) };
});
const multiplications = network.steps.reduce((sum, step) => sum + multiplicationsOf(step), 0);
const memory = { ram: plan.bytes, ramOfTheFullestStep: plan.lowerBound };
process.stdout.write(`${JSON.stringify({ channels, patches, bits, multiplications, ...memory, measured }, null, 2)}\n`);

function countsOn(target: Target) {
  const { header, source, constants } = networkSource(network, plan, target, inputs.montage);
  const { stdout } = runOnTarget({
    target,
    program: "countNetwork.c",
    kernels: [...new Set([...OP_KERNELS, ...linearSources(target), "swap_axes.c"])],
    vectors: { panluna_constants: constants, x: inputs.x },
    sources: { "network.h": header, "network.c": `${TRACED}${source}` },
  });
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  const instructions: Record<string, number> = {};
  for (const [step, , ticks] of lines) {
    const { op } = network.steps[step];
    instructions[op] = (instructions[op] ?? 0) + ticks * machineOf(target).instructionsPerTick!;
  }
  const total = Object.values(instructions).reduce((sum, n) => sum + n, 0);
  return {
    equal: lines.length === expected.length && lines.every(([, sum], i) => sum === expected[i]),
    constants: constants.length,
    instructions: total,
    perMultiplication: round(total / network.steps.reduce((sum, step) => sum + multiplicationsOf(step), 0), 3),
    byOp: instructions,
  };
}

import { beforeAll, describe, expect, it } from "vitest";
import { integerInputs, quantizedExample } from "../../../test/quantized.ts";
import { smallModel } from "../../../test/smallModel.ts";
import { compileNetwork, type IntegerNetwork, runIntegers } from "../../quant/integerNetwork/index.ts";
import { bytesOf, type MemoryPlan, planMemory } from "./planMemory.ts";
import { simulatePlan } from "./simulatePlan.ts";

let network: IntegerNetwork;
let plan: MemoryPlan;
let inputs: { x: Int16Array; montage: Int16Array };

beforeAll(async () => {
  const example = await quantizedExample(smallModel({ kind: "classify", numClasses: 4 }), { channels: 3, patches: 6 });
  network = compileNetwork(example, example.scheme);
  plan = planMemory(network);
  inputs = integerInputs(network, example.windows[0]);
});

describe("the memory of a network", () => {
  it("is enough: in it the network gives the same logits", () => {
    expect(simulatePlan(network, plan, inputs)).toEqual(runIntegers(network, inputs));
  });

  it("is no more than the fullest step needs, a fraction of all tensors", () => {
    expect(plan.bytes).toBe(plan.lowerBound);
    const all = network.tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
    expect(plan.bytes).toBeLessThan(all / 5);
  });

  it("lets sums take the place of what they add to", () => {
    const sums = network.steps.flatMap((step) => (step.op === "linear" && step.residual !== undefined ? [step] : []));
    const inPlace = sums.filter((step) => plan.offsets[step.output] === plan.offsets[step.residual!]);
    expect(inPlace.length).toBe(sums.length);
  });
});

describe("the simulator sees", () => {
  const wrong = (offsets: readonly number[]) => simulatePlan(network, { ...plan, offsets }, inputs);

  it("tensors that overlap", () => {
    const step = network.steps.find(({ op }) => op === "attention")!;
    const [a, b] = [step.input, step.output];
    expect(wrong(plan.offsets.map((offset, id) => (id === b ? plan.offsets[a] + 1 : offset)))).not.toEqual(
      runIntegers(network, inputs),
    );
  });

  it("memory that is given away too early", () => {
    const residual = network.steps.find((step) => step.op === "linear" && step.residual !== undefined)!;
    const early = residual.op === "linear" ? residual.residual! : -1;
    const offsets = plan.offsets.map((offset, id) => (id === early ? plan.offsets[network.x] : offset));
    expect(wrong(offsets)).not.toEqual(runIntegers(network, inputs));
  });
});

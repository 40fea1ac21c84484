import { beforeAll, expect, it } from "vitest";
import { networkSource } from "../../src/edge/emit/networkSource.ts";
import { type MemoryPlan, planMemory } from "../../src/edge/plan/planMemory.ts";
import { TARGETS } from "../../src/edge/targets/index.ts";
import { linearSources, type Target } from "../../src/edge/targets/target.ts";
import { compileNetwork, type IntegerNetwork, runIntegers } from "../../src/quant/integerNetwork/index.ts";
import { integerInputs, quantizedExample } from "../quantized.ts";
import { smallModel } from "../smallModel.ts";
import { describeOn } from "./describeOn.ts";
import { HOSTS } from "./hosts.ts";
import { machineOf } from "./machines.ts";
import { OP_KERNELS } from "./opsCases.ts";
import { runOnTarget } from "./runOnTarget.ts";
import { unwantedSymbols } from "./symbols.ts";
import { checksum, TRACED } from "./traced.ts";

let network: IntegerNetwork;
let plan: MemoryPlan;
let inputs: { x: Int16Array; montage: Int16Array };

beforeAll(async () => {
  const example = await quantizedExample(smallModel({ kind: "classify", numClasses: 4 }), { channels: 3, patches: 6 });
  network = compileNetwork(example, example.scheme);
  plan = planMemory(network);
  inputs = integerInputs(network, example.windows[0]);
});

for (const target of [...HOSTS, ...TARGETS]) {
  describeOn(target, "a network", () => {
    it("gives every tensor of the reference, layer by layer, and its logits", () => {
      const expected: string[] = [];
      const logits = runIntegers(network, inputs, (_, values) =>
        expected.push(`${expected.length} ${checksum(values)}`),
      );
      const { stdout, symbols } = runOnTarget(job(target));
      const lines = stdout.trim().split("\n");
      expect(lines.slice(0, -1)).toEqual(expected);
      expect(lines.at(-1)).toBe(Buffer.from(logits.buffer).toString("hex"));
      if (!machineOf(target).hosted) expect(unwantedSymbols(symbols)).toEqual([]);
    });
  });
}

function job(target: Target): Parameters<typeof runOnTarget>[0] {
  const { header, source, constants } = networkSource(network, plan, target, inputs.montage);
  return {
    target,
    program: "runNetwork.c",
    kernels: [...new Set([...OP_KERNELS, ...linearSources(target), "swap_axes.c"])],
    vectors: { panluna_constants: constants, x: inputs.x },
    sources: { "network.h": header, "network.c": `${TRACED}${source}` },
  };
}

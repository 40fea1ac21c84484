import { beforeAll, describe, expect, test } from "vitest";
import { randomFeeds, SMALL, smallModel } from "../../test/smallModel.ts";
import { createBuilder, float32, type Tensor } from "../graph/index.ts";
import { panlunaGraph } from "../model/index.ts";
import { nodeEngine } from "../runtime/node.ts";
import { initializeLora, loraTargets } from "../train/lora.ts";
import { feedsOf } from "./caseFeeds.ts";
import { setUpCase } from "./caseSetup.ts";
import { type CaseInfo, type ConformanceCase, runCase } from "./index.ts";
import { openTraining } from "./training.ts";

// Cases of our own numbers in the authors' layout. They say nothing about the model; every check must notice what is changed in them.

const SIZES = { ...SMALL, depth: 1 };
const session = { threads: 1 };

const info: CaseInfo = {
  name: "own",
  task: "classify",
  loss: "cross_entropy",
  model: { patch_size: 16, embed_dim: 16, num_heads: 2, depth: 1, num_queries: 2, mlp_ratio: 2, num_classes: 2 },
  tolerances: {
    forward: 1e-6,
    intermediate: 1e-6,
    loss: 2e-6, // the authors' own: merged and unmerged forms round differently
    grad_abs: 1e-6,
    grad_rel: 1e-5,
    grad_norm: 1e-5,
    param_max: 1e-6,
    param_p999: 1e-7,
  },
  frozen: ["mask_token", "cross_attn.temparature", "blocks.0.attn.rotary_emb.freqs"],
  zero_gradient_by_theory: [{ name: "classifier.decoder_attn.in_proj_bias", start: 32, end: 64 }], // keys' bias
  skip_parameters: [],
  files: [],
};

const OPTIMIZER = {
  lr: 1e-3,
  betas: [0.9, 0.98],
  eps: 1e-8,
  weight_decay: 0.05,
  decay_every_parameter: true,
  clip_norm: 0.1,
  steps: 2,
} as const;

function emptyCase(): ConformanceCase {
  const model = smallModel({ kind: "classify", numClasses: 2 }, SIZES);
  const feeds = randomFeeds(panlunaGraph(model), { B: 2, C: 3, S: 4, dim: 3 });
  const label: Tensor = { dtype: "int32", shape: [2], data: Int32Array.of(0, 1) };
  return {
    info,
    weights: model.weights,
    inputs: new Map([...Object.entries(feeds), ["label", label]]),
    expected: new Map(),
  };
}

/** The case with its loss and gradients, as the step engine makes them. */
async function withGradients(bare: ConformanceCase): Promise<ConformanceCase> {
  const setup = setUpCase(bare);
  const { graphs, engine } = await openTraining(nodeEngine, setup, session)();
  const { loss } = await engine.accumulate(feedsOf(graphs.gradient, bare));
  const grads = new Map<string, Tensor>();
  await engine.exchange((all) => {
    for (const [name, data] of all) grads.set(name, float32(data.slice(), setup.trained.get(name)!.shape));
  });
  await engine.close();
  return { ...bare, expected: new Map([["loss.cross_entropy", float32([loss], [])]]), grads };
}

/** The case as one of two optimiser steps. */
async function withSteps(bare: ConformanceCase): Promise<ConformanceCase> {
  const { graphs, engine } = await openTraining(nodeEngine, setUpCase(bare), session)();
  const feeds = feedsOf(graphs.gradient, bare);
  const [losses, norms, states]: [number[], number[], Map<string, Tensor>[]] = [[], [], []];
  for (const step of [1, 2, 3]) {
    losses.push((await engine.accumulate(feeds)).loss);
    if (step === 3) break;
    const { weight_decay: weightDecay, clip_norm: clip, ...rest } = OPTIMIZER;
    norms.push((await engine.update({ ...rest, step, weightDecay, clip })).norm);
    states.push(new Map([...bare.weights, ...(await engine.state()).weights]));
  }
  await engine.close();
  const expected = new Map([
    ["loss.cross_entropy", float32(losses)],
    ["grad_norm", float32(norms)],
  ]);
  return {
    ...bare,
    info: { ...info, kind: "train", optimizer: OPTIMIZER },
    expected,
    step1: states[0],
    final: states[1],
  };
}

const missed = async (testCase: ConformanceCase): Promise<string[]> => {
  const { ok, checks } = await runCase(nodeEngine, testCase, session);
  const wrong = checks
    .filter((check) => !check.ok)
    .map(({ tensor, problem }) => `${tensor}${problem ? `: ${problem}` : ""}`);
  expect(ok).toBe(wrong.length === 0);
  return wrong;
};

const without = (tensors: ReadonlyMap<string, Tensor>, name: string) =>
  new Map([...tensors].filter(([other]) => other !== name));

/** With one value moved. */
function moved(tensors: ReadonlyMap<string, Tensor>, name: string, index: number, by: number) {
  const tensor = tensors.get(name)!;
  const data = Float32Array.from(tensor.data as Float32Array);
  data[index] += by;
  return new Map(tensors).set(name, { ...tensor, data });
}

/** Zeros would hide what they are multiplied by. */
const noisy = (tensor: Tensor): Tensor => ({
  ...tensor,
  data: Float32Array.from(tensor.data as Float32Array, (v) => v + 0.1),
});

describe("gradients of a case", () => {
  let own: ConformanceCase;
  beforeAll(async () => {
    own = await withGradients(emptyCase());
  });
  const weight = "blocks.0.attn.qkv_proj.weight";

  test("pass where they are ours", async () => expect(await missed(own)).toEqual([]));

  test("fail where one value is moved by 1e-3, one is missing on either side, and one has another shape", async () => {
    const flat = { ...own.grads!.get("norm.weight")!, shape: [1, 32] };
    const grads = moved(own.grads!, weight, 7, 1e-3)
      .set("norm.weight", flat)
      .set("blocks.9.bias", float32([0]));
    expect(await missed({ ...own, grads: without(grads, "norm.bias") })).toEqual([
      `d/${weight}`,
      "d/norm.weight: expected [1, 32], got [32]",
      "d/blocks.9.bias: the model has no such tensor",
      "d/norm.bias: the case has no such tensor",
    ]);
  });

  test("fail where one should be 0 in theory and is not, and where other parameters are frozen than here", async () => {
    const zero_gradient_by_theory = [{ name: "norm.weight", start: 0, end: 4 }];
    const frozen = [...info.frozen!.slice(1), "norm.bias"];
    expect(await missed({ ...own, info: { ...info, frozen, zero_gradient_by_theory } })).toEqual([
      "frozen/mask_token: frozen here alone",
      "frozen/norm.bias: trained here",
      "d/norm.weight",
    ]);
  });

  test("of adapters beside the weights pass, and fail where one is moved", async () => {
    const { sizes } = setUpCase(emptyCase()).model;
    const start = initializeLora(loraTargets(sizes), 2, 3);
    const tensors = new Map([...start].map(([name, t]): [string, Tensor] => [name, noisy(t)]));
    const { frozen, ...rest } = info;
    const bare = { ...emptyCase(), lora: tensors, info: { ...rest, kind: "lora" as const, lora: { scaling: 2 } } };
    const adapted = await withGradients(bare);
    expect(adapted.grads!.has("blocks.0.attn.proj.lora_A")).toBe(true);
    expect(adapted.grads!.has(weight)).toBe(false);
    expect(await missed(adapted)).toEqual([]);
    const wrong = moved(adapted.grads!, "blocks.0.attn.proj.lora_A", 3, 1e-3);
    expect(await missed({ ...adapted, grads: wrong })).toEqual(["d/blocks.0.attn.proj.lora_A"]);
  });
});

describe("steps of a case", () => {
  let own: ConformanceCase;
  beforeAll(async () => {
    own = await withSteps(emptyCase());
  });

  test("pass where they are ours", async () => expect(await missed(own)).toEqual([]));

  test("fail where the optimiser differs", async () => {
    const betas: [number, number] = [0.9, 0.999];
    const wrong = await missed({ ...own, info: { ...own.info, optimizer: { ...OPTIMIZER, betas } } });
    expect(wrong).toContain("final (99.9 % of values)");
    expect(wrong).not.toContain("step1 (99.9 % of values)"); // whatever the betas are, the first step is the gradient's sign
  });

  test("fail where a parameter is moved and not skipped, and where a tensor or a step is missing", async () => {
    const step1 = moved(moved(own.step1!, "norm.bias", 2, 1e-3), "norm.weight", 2, 1e-3);
    const skip_parameters = [{ name: "norm.weight", start: 2, end: 3 }];
    const changed = { ...own, info: { ...own.info, skip_parameters }, step1, final: without(own.final!, "norm.bias") };
    const expected = without(own.expected, "loss.cross_entropy").set("grad_norm", float32([1]));
    expect(await missed({ ...changed, expected })).toEqual([
      "loss.cross_entropy: the case has no such tensor",
      "grad_norm: expected [1], got [2]",
      "step1/norm.bias",
      "final/norm.bias: the case has no such tensor",
    ]);
  });
});

describe("inputs of a case", () => {
  test.each([
    ["a class beyond the last", 2],
    ["a negative class", -1],
  ])("with %s are refused", (_, wrong) => {
    const bare = emptyCase();
    const label: Tensor = { dtype: "int32", shape: [2], data: Int32Array.of(0, wrong) };
    const g = createBuilder("loss");
    const graph = g.finish({ target: g.input("target", "float32", ["B", 2]) });
    expect(() => feedsOf(graph, { ...bare, inputs: new Map(bare.inputs).set("label", label) })).toThrow(
      "tensor label: holds no classes",
    );
  });

  test("with a mask that changes within a patch are refused", () => {
    const mask: Tensor = {
      dtype: "uint8",
      shape: [1, 1, 32],
      data: Uint8Array.from({ length: 32 }, (_, i) => Number(i < 8)),
    };
    const graph = panlunaGraph(smallModel({ kind: "reconstruct", numChannelNames: 5 }), { masked: true });
    const inputs = new Map([["mask", mask]]);
    expect(() => feedsOf(graph, { ...emptyCase(), inputs })).toThrow("tensor mask: is no mask of patches");
  });
});

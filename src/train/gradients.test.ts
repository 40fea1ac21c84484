import { existsSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { maxDifference } from "../../test/close.ts";
import { randomFeeds, SMALL, smallModel } from "../../test/smallModel.ts";
import { float32, type GraphBuilder, gradients, type Tensor } from "../graph/index.ts";
import {
  modelFromCheckpoint,
  openPanluna,
  type PanlunaModel,
  parameterSpecs,
  randomStream,
  readStateDict,
  SILENT,
} from "../model/index.ts";
import { nodeEngine } from "../runtime/node.ts";
import type { Feeds, Session } from "../runtime/session.ts";
import { binaryCrossEntropy, crossEntropy, reconstructionLosses } from "./losses.ts";

type Loss = "reconstruction" | "cross_entropy" | "bce";

/** The network with its parameters as inputs, its loss, and the gradient of every parameter that is trained. */
function differentiated(model: PanlunaModel, loss: Loss) {
  const specs = parameterSpecs(model.sizes, model.head);
  const trained = new Set(specs.filter(({ frozen }) => !frozen).map(({ name }) => name));
  const masked = loss === "reconstruction";
  const open = openPanluna(model, { masked, training: { trained, rates: SILENT, locationNoise: false } });
  const { g, value } = open;
  const total = masked
    ? reconstructionLosses(g, {
        reconstruction: value("reconstruction"),
        x: value("x"),
        mask: value("mask"),
        scores: value("cross_attn.scores"),
        patchSize: model.sizes.patchSize,
      }).total
    : labelLoss(g, open.value("logits"), loss);
  const wrt = g.inputs.filter(({ name }) => trained.has(name));
  const found = gradients(g, total, wrt);
  const graph = open.finish({ loss: total, ...Object.fromEntries(wrt.map(({ name }, i) => [`d/${name}`, found[i]])) });
  const lossGraph = open.finish({ loss: total });
  return { graph, lossGraph, names: wrt.map(({ name }) => name) };
}

function labelLoss(g: GraphBuilder, logits: ReturnType<GraphBuilder["input"]>, loss: Loss) {
  const target = g.input("target", "float32", logits.shape);
  return loss === "bce" ? binaryCrossEntropy(g, logits, target) : crossEntropy(g, logits, target);
}

const pick = (feeds: Feeds, inputs: readonly { name: string }[]): Feeds =>
  Object.fromEntries(inputs.map(({ name }) => [name, feeds[name]]));

const normOf = (values: readonly number[]): number => Math.hypot(...values);

describe.each([
  ["reconstruction", smallModel({ kind: "reconstruct", numChannelNames: 5 })],
  ["cross_entropy", smallModel({ kind: "classify", numClasses: 3 })],
  ["bce", smallModel({ kind: "classify", numClasses: 3 })],
] as const)("the gradient of the network for %s", (loss, model) => {
  const { graph, lossGraph, names } = differentiated(model, loss);
  const symbols = { B: 2, C: 3, S: 4, dim: 3 };
  const target = float32([1, 0, 0, 0, 1, 0], [2, 3]);
  const feeds = { ...randomFeeds(graph, symbols), target, ...Object.fromEntries(model.weights) };
  const sessions: Session[] = [];
  afterAll(() => Promise.all(sessions.map((session) => session.close())));

  it("is the slope of the loss along a random direction of every parameter", async () => {
    const session = await nodeEngine.createSession(graph, { threads: 1 });
    const forward = await nodeEngine.createSession(lossGraph, { threads: 1 });
    sessions.push(session, forward);
    const given = await session.run(pick(feeds, graph.inputs));
    for (const name of names) {
      const gradient = Array.from(given[`d/${name}`].data as Float32Array);
      if (!lossGraph.inputs.some((input) => input.name === name)) {
        expect.soft(normOf(gradient), name).toBe(0); // the loss does not read it
        continue;
      }
      const direction = directionOf(name, gradient);
      const slope = gradient.reduce((sum, d, i) => sum + d * direction[i], 0);
      const measured = await slopeAlong(forward, pick(feeds, lossGraph.inputs), name, direction);
      const bound = 1e-3 * normOf(gradient) + 2e-4; // the second: float32 losses are off by 1e-6, over a step of 1/128
      expect.soft(Math.abs(measured - slope), `${name}: ${measured} instead of ${slope}`).toBeLessThanOrEqual(bound);
    }
  });

  it("reaches every parameter that the loss depends on", () => {
    const unused = loss === "reconstruction" ? [] : ["mask_token"]; // a classifier masks nothing
    const trained = parameterSpecs(SMALL, model.head).filter(({ frozen }) => !frozen);
    expect(names.toSorted()).toEqual(
      trained
        .map(({ name }) => name)
        .filter((name) => !unused.includes(name))
        .toSorted(),
    );
  });
});

/** Of length 1: half along the gradient, so that there is a slope to measure, half random. */
function directionOf(name: string, gradient: readonly number[]): number[] {
  const random = randomStream(3, `direction/${name}`).normal(0, gradient.length);
  const [length, spread] = [normOf(gradient), normOf(Array.from(random))];
  const mixed = gradient.map((d, i) => (length > 0 ? d / length : 0) + random[i] / spread);
  const size = normOf(mixed);
  return mixed.map((v) => v / size);
}

/** Derivative along a direction: `(4 D(h/2) − D(h)) / 3` of central differences D. */
async function slopeAlong(session: Session, feeds: Feeds, name: string, direction: readonly number[]): Promise<number> {
  const { data, ...type } = feeds[name] as Tensor;
  const at = async (h: number) => {
    const moved = { ...type, data: Float32Array.from(direction, (d, i) => Number(data[i]) + h * d) };
    return Number((await session.run({ ...feeds, [name]: moved })).loss.data[0]);
  };
  const central = async (h: number) => ((await at(h)) - (await at(-h))) / (2 * h);
  const h = 2 ** -6;
  return (4 * (await central(h / 2)) - (await central(h))) / 3;
}

const given = new URL("../../../shared/fixtures/given/", import.meta.url);
const CASES: readonly (readonly [string, Loss])[] = [
  ["a_ecg_reconstruct", "reconstruction"],
  ["b_eeg_reconstruct", "reconstruction"],
  ["c_mixed_classify", "cross_entropy"],
  ["d_ppg_ecg_multilabel", "bce"],
];

describe.skipIf(!existsSync(given))("gradients of the authors' network (needs ../shared/fixtures)", () => {
  it.each(CASES)("%s", async (folder, loss) => {
    const read = (file: string) => new Uint8Array(readFileSync(new URL(`${folder}/${file}`, given)));
    const tensors = (name: string) => readStateDict(read(`${name}.safetensors`), name);
    const info = JSON.parse(new TextDecoder().decode(read("case.json")));
    const model = modelFromCheckpoint(tensors("weights"), { name: folder });
    const { graph, names } = differentiated(model, loss);
    const expected = tensors("grads");
    expect(names.toSorted()).toEqual([...expected.keys()].toSorted());
    expect(info.frozen.filter((name: string) => names.includes(name))).toEqual([]);
    const session = await nodeEngine.createSession(graph, { threads: 1 });
    const feeds = { ...feedsOf(tensors("inputs"), model), ...Object.fromEntries(model.weights) };
    const results = await session.run(pick(feeds, graph.inputs));
    await session.close();
    for (const [name, want] of expected) {
      const largest = maxDifference(want.data, new Float32Array(want.data.length));
      const bound = info.tolerances.grad_abs + info.tolerances.grad_rel * largest;
      expect.soft(maxDifference(results[`d/${name}`].data, want.data), name).toBeLessThanOrEqual(bound);
    }
    for (const { name, start, end } of info.zero_gradient_by_theory) {
      const part = (results[`d/${name}`].data as Float32Array).slice(start, end);
      expect
        .soft(maxDifference(part, new Float32Array(end - start)), name)
        .toBeLessThanOrEqual(info.tolerances.grad_abs);
    }
  });
});

/** The inputs of a case as the graph takes them. */
function feedsOf(inputs: ReadonlyMap<string, Tensor>, { sizes, head }: PanlunaModel): Feeds {
  const [mask, label] = [inputs.get("mask"), inputs.get("label")];
  const classes = head.kind === "classify" ? head.numClasses : 0;
  return {
    ...Object.fromEntries(inputs),
    ...(mask && { mask: perPatch(mask, sizes.patchSize) }),
    ...(label && { target: label.dtype === "int32" ? oneHot(label, classes) : label }),
  };
}

/** (B, C, T), constant over each patch → (B, C, S) bool */
function perPatch({ shape: [b, c, t], data }: Tensor, patchSize: number): Tensor {
  const flags = Uint8Array.from({ length: data.length / patchSize }, (_, i) => Number(data[i * patchSize]));
  return { dtype: "bool", shape: [b, c, t / patchSize], data: flags };
}

function oneHot({ data }: Tensor, classes: number): Tensor {
  const rows = Array.from(data as Int32Array, (k) => Array.from({ length: classes }, (_, i) => Number(i === k)));
  return float32(rows.flat(), [data.length, classes]);
}

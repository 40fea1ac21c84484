import { afterAll, describe, expect, it } from "vitest";
import { maxDifference } from "../../../test/close.ts";
import { randomFeeds, smallModel } from "../../../test/smallModel.ts";
import { createBuilder, float32, type Tensor } from "../../graph/index.ts";
import { openPanluna, type PanlunaModel, parameterSpecs, randomStream, SILENT } from "../../model/index.ts";
import { dropout } from "../../model/noise.ts";
import { nodeEngine } from "../../runtime/node.ts";
import type { Feeds, Session } from "../../runtime/session.ts";
import { loraTargets, loraTensors } from "../lora.ts";
import { labelledObjective } from "../objective/labelled.ts";
import { reconstructionObjective } from "../objective/reconstruction.ts";
import { parameterRules } from "../optimizer/groups.ts";
import { noiseFeeds } from "../trainer/noiseFeeds.ts";
import { TINY } from "../trainer/pairs/fakeTraining.ts";
import { gradientName, type TrainingSetup, trainingGraphs } from "./trainingGraphs.ts";

const SYMBOLS = { B: 2, C: 3, S: 4, dim: 3 };
const classifier = smallModel({ kind: "classify", numClasses: 2 }, TINY);

async function run(graph: Parameters<typeof nodeEngine.createSession>[0], feeds: Feeds, twice?: Feeds) {
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  const results = [await session.run(feeds), ...(twice ? [await session.run(twice)] : [])];
  await session.close();
  return results;
}

describe("dropout", () => {
  it("has the input as its mean over many draws, and single values are 0 or too large by 1 / (1 − p)", async () => {
    const g = createBuilder("dropout");
    const [rate, draws] = [0.3, 4000];
    const kept = (place: string, shape: readonly (string | number)[]) =>
      g.input(place, "bool", shape as [string, number]);
    const net = { g, sizes: TINY, training: { rates: { ...SILENT, dropout: rate }, kept } } as never;
    const y = dropout(net, "a", g.input("x", "float32", ["B", 8]), "dropout");
    const x = Float32Array.from({ length: 8 }, (_, i) => i - 3.5);
    const repeated = float32(
      Float32Array.from({ length: 8 * draws }, (_, i) => x[i % 8]),
      [draws, 8],
    );
    const indices = Array.from({ length: draws }, (_, i) => i);
    const masks = noiseFeeds([{ name: "a", shape: ["B", 8], rate }], { seed: 1, step: 2 }, indices, {
      B: draws,
      C: 1,
      S: 1,
    });
    const [{ y: found }] = await run(g.finish({ y }), { x: repeated, ...masks });
    const values = found.data as Float32Array;
    values.forEach((v, i) => void (v !== 0 && expect(Math.abs(v / x[i % 8] - 1 / 0.7)).toBeLessThan(1e-6)));
    for (let i = 0; i < 8; i++) {
      const mean = indices.reduce((sum, d) => sum + values[8 * d + i], 0) / draws;
      const sigma = Math.abs(x[i]) * Math.sqrt(rate / (1 - rate) / draws);
      expect(Math.abs(mean - x[i])).toBeLessThan(4 * sigma);
    }
  });

  it("of no chance is not in the graph: the network is that of inference, to rounding", async () => {
    const trained = new Set(classifier.weights.keys());
    const open = (rates?: typeof SILENT) => openPanluna(classifier, { training: { trained, ...(rates && { rates }) } });
    const logits = async (net: ReturnType<typeof openPanluna>) => {
      const graph = net.finish({ logits: net.value("logits") });
      const [found] = await run(graph, { ...randomFeeds(graph, SYMBOLS), ...weightsFor(graph.inputs, classifier) });
      return found.logits.data;
    };
    expect(open(SILENT).noise).toEqual([]);
    expect(maxDifference(await logits(open(SILENT)), await logits(open()))).toBeLessThan(2e-6); // inference has fused attention
  });
});

const weightsFor = (inputs: readonly { name: string }[], { weights }: PanlunaModel): Feeds =>
  Object.fromEntries(inputs.flatMap(({ name }) => (weights.has(name) ? [[name, weights.get(name)!]] : [])));

describe("stochastic depth", () => {
  const training = (rate: number) => ({ trained: new Set<string>(), rates: { ...SILENT, depth: rate } });
  const outputs = (model: PanlunaModel, rate: number) => {
    const net = openPanluna(model, { training: training(rate) });
    return net.finish({ before: net.value("cross_attn.output"), after: net.value("blocks.0") });
  };
  const branches = (...kept: number[]) => ({ dtype: "bool", shape: [2, 2], data: Uint8Array.from(kept) }) as const;

  it("leaves out the branches of a window, and has the whole block as its mean", async () => {
    const graph = outputs(classifier, 0.5);
    const feeds = randomFeeds(graph, SYMBOLS);
    const at = (...kept: number[]) => ({ ...feeds, "dropout/depth": branches(...kept) });
    const [none, mixed] = await run(graph, at(0, 0, 0, 0), at(0, 0, 0, 1));
    expect(none.after.data).toEqual(none.before.data);
    const half = none.after.data.length / 2;
    const window = (data: ArrayLike<number | bigint>, w: number) =>
      Array.from(data, Number).slice(w * half, (w + 1) * half);
    expect(window(mixed.after.data, 0)).toEqual(window(none.after.data, 0)); // neither branch of window 0
    // the mean over the draws of the MLP alone is the block without its attention
    const silent = new Map(classifier.weights);
    for (const part of ["weight", "bias"]) {
      const { shape, data } = silent.get(`blocks.0.attn.proj.${part}`)!;
      silent.set(`blocks.0.attn.proj.${part}`, float32(new Float32Array(data.length), shape));
    }
    const { "dropout/depth": _, ...rest } = feeds;
    const [plain] = await run(outputs({ ...classifier, weights: silent }, 0), rest);
    const mean = window(none.after.data, 1).map((v, i) => (v + window(mixed.after.data, 1)[i]) / 2);
    expect(maxDifference(mean, window(plain.after.data, 1))).toBeLessThan(2e-6);
    expect(maxDifference(window(none.after.data, 1), window(plain.after.data, 1))).toBeGreaterThan(0.1);
  });
});

function everything({ sizes, head }: PanlunaModel): string[] {
  return [...parameterRules(parameterSpecs(sizes, head), { mode: "full", decay: "all", depth: sizes.depth }).keys()];
}

const reconstructor = smallModel({ kind: "reconstruct", numChannelNames: 5 }, TINY);
const adapters = new Map(
  loraTensors(loraTargets(TINY), 2).map(({ name, shape }): [string, Tensor] => {
    const values = randomStream(6, name).normal(0, shape[0] * shape[1]);
    return [
      name,
      float32(
        values.map((z) => 0.2 * z),
        shape,
      ),
    ];
  }),
);

const SETUPS: readonly (readonly [string, TrainingSetup])[] = [
  [
    "pretraining",
    {
      model: reconstructor,
      trained: everything(reconstructor),
      objective: reconstructionObjective(TINY.patchSize),
      rates: { ...SILENT, dropout: 0.1 },
      locationNoise: true,
    },
  ],
  [
    "adapters and head",
    {
      model: classifier,
      trained: [...adapters.keys(), ...[...classifier.weights.keys()].filter((name) => name.startsWith("classifier."))],
      lora: { tensors: adapters, scaling: 2 },
      objective: labelledObjective({ kind: "binary" }),
      rates: { dropout: 0.1, head: 0.15, depth: 0.2, lora: 0.1 },
    },
  ],
];

describe.each(SETUPS)("the gradient with noise: %s", (_, setup) => {
  const { gradient, noise } = trainingGraphs(setup);
  const weights = new Map([...setup.model.weights, ...(setup.lora?.tensors ?? [])]);
  const names = setup.trained.filter((name) => gradient.inputs.some((input) => input.name === name));
  let session: Session;
  afterAll(() => session.close());

  it("is the slope of the loss at the same masks", async () => {
    session = await nodeEngine.createSession(gradient, { threads: 1 });
    expect(noise.length).toBeGreaterThan(2);
    const masks = noiseFeeds(noise, { seed: 1, step: 1 }, [0, 1], SYMBOLS);
    const given = Object.fromEntries(names.map((name) => [name, weights.get(name)!]));
    const feeds: Feeds = { ...randomFeeds(gradient, SYMBOLS), ...masks, ...given };
    const results = await session.run(feeds);
    const lossAt = async (h: number, directions: ReadonlyMap<string, readonly number[]>) => {
      const moved = names.map((name): [string, Tensor] => {
        const { data, shape } = weights.get(name)!;
        const direction = directions.get(name)!;
        return [
          name,
          float32(
            Float32Array.from(direction, (d, i) => Number(data[i]) + h * d),
            shape,
          ),
        ];
      });
      return Number((await session.run({ ...feeds, ...Object.fromEntries(moved) }))["loss.loss"].data[0]);
    };
    for (let trial = 0; trial < 12; trial++) {
      const chosen = new Set(names.filter((_, i) => i % 12 === trial)); // every tensor in one of the trials
      const directions = new Map(names.map((name) => [name, directionOf(name, results, chosen.has(name))]));
      const slope = names.reduce((sum, name) => sum + dot(results[gradientName(name)].data, directions.get(name)!), 0);
      const central = async (h: number) => ((await lossAt(h, directions)) - (await lossAt(-h, directions))) / (2 * h);
      const measured = (4 * (await central(2 ** -8)) - (await central(2 ** -7))) / 3;
      const bound = 2e-3 * Math.abs(slope) + 1e-3; // float32 losses are off by 1e-6, over a step of 1/128
      expect
        .soft(Math.abs(measured - slope), `${[...chosen].join()}: ${measured} instead of ${slope}`)
        .toBeLessThan(bound);
    }
  });
});

/** Of length 1, half along the gradient and half random; 0 where a tensor stays. */
function directionOf(
  name: string,
  results: Readonly<Record<string, { data: ArrayLike<number | bigint> }>>,
  moves: boolean,
): number[] {
  const gradient = Array.from(results[gradientName(name)].data, Number);
  if (!moves) return gradient.map(() => 0);
  const random = Array.from(randomStream(3, `direction/${name}`).normal(0, gradient.length));
  const [length, spread] = [Math.hypot(...gradient) || 1, Math.hypot(...random)];
  const mixed = gradient.map((d, i) => d / length + random[i] / spread);
  const size = Math.hypot(...mixed);
  return mixed.map((v) => v / size);
}

const dot = (a: ArrayLike<number | bigint>, b: readonly number[]): number =>
  b.reduce((sum, v, i) => sum + v * Number(a[i]), 0);

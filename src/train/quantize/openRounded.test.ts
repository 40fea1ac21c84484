import { describe, expect, it } from "vitest";
import { smallModel } from "../../../test/smallModel.ts";
import { float32, gradients, type TensorData } from "../../graph/index.ts";
import { type OpenNetwork, openPanluna, parameterSpecs } from "../../model/index.ts";
import {
  insertRounding,
  QDQ,
  type Rounding,
  type RoundingScheme,
  STRAIGHT_THROUGH,
  type WeightScales,
} from "../../quant/index.ts";
import { nodeEngine } from "../../runtime/node.ts";
import type { Engine, Feeds } from "../../runtime/session.ts";
import { forwardWindows } from "../predict/index.ts";
import { labelledStore } from "../trainer/pairs/fakeTraining.ts";
import { openRounded } from "./openRounded.ts";
import { quantizeAsTrained } from "./quantizeAsTrained.ts";
import { quantizeModel, withForward } from "./quantizeModel.ts";

const model = smallModel({ kind: "classify", numClasses: 3 });
const parameters = parameterSpecs(model.sizes, model.head).map(({ name }) => name);
const trained = new Set(parameters.filter((name) => !name.endsWith("freqs")));
const engine: Engine = { ...nodeEngine, createSession: (graph) => nodeEngine.createSession(graph, { threads: 1 }) };
const store = labelledStore();
const windows = { stores: [{ store, rows: store.windows.layout.map((_, row) => row) }], nTimes: store.nTimes };
const schemeOf = async (bits: 8 | 4 | 2) => {
  const { scheme } = await quantizeModel(model, windows, engine, { bitsOf: () => bits, range: "max", equalize: false });
  return scheme;
};

/** Windows of the store, their signal in whole steps of the input's scale, so that rounding it changes nothing. */
async function shownWindows(): Promise<Feeds> {
  const shown: Feeds[] = [];
  const keep = async (feeds: Feeds) => {
    shown.push(feeds);
    return float32(new Float32Array(16 * 3), [16, 3]);
  };
  await forwardWindows(windows.stores, windows.nTimes, keep, { name: "logits", width: 3 });
  const { x, ...others } = shown[0];
  return { ...others, x: { ...x, data: (x.data as Float32Array).map((v) => Math.round(v * 1024) / 1024) } };
}

async function run(open: OpenNetwork, outputs: Parameters<OpenNetwork["finish"]>[0]) {
  const session = await engine.createSession(open.finish(outputs));
  const own = [...model.weights].filter(([name]) => session.inputNames.includes(name));
  const results = await session.run({ ...(await shownWindows()), ...Object.fromEntries(own) });
  await session.close();
  return results;
}

/** Of the sum of squares of the logits, by parameter. */
async function gradientsOf(open: OpenNetwork): Promise<Map<string, Float32Array>> {
  const { g } = open;
  const logits = open.value("logits");
  const loss = g.reduceSum(g.mul(logits, logits), [0, 1], false);
  const learning = g.inputs.filter(({ name }) => trained.has(name));
  const found = gradients(g, loss, learning);
  const results = await run(open, Object.fromEntries(learning.map(({ name }, i) => [`d/${name}`, found[i]])));
  return new Map(learning.map(({ name }) => [name, results[`d/${name}`].data as Float32Array]));
}

/** Of the windows: as the network is, as it is trained, and by its integers. */
async function logitsOf(scheme: RoundingScheme) {
  const trainedOf = async (open: OpenNetwork) => (await run(open, { logits: open.value("logits") }))["logits"].data;
  const network = await quantizeAsTrained(model, scheme, engine);
  const shown = await shownWindows();
  const said = await withForward(model, insertRounding(network, network.scheme, QDQ), engine, (go) => go(shown));
  return {
    float: await trainedOf(openPanluna(model, { training: { trained } })),
    rounded: await trainedOf(openRounded(model, scheme, { trained })),
    integers: said["logits"].data,
  };
}

/** Largest difference of the logits of each window, sorted. */
function byWindow(a: TensorData, b: TensorData): number[] {
  const of = (i: number) => Math.max(...[0, 1, 2].map((k) => Math.abs(Number(a[3 * i + k]) - Number(b[3 * i + k]))));
  return Array.from({ length: a.length / 3 }, (_, i) => of(i)).toSorted((p, q) => p - q);
}

const norm = (values: Iterable<number>) => Math.sqrt([...values].reduce((sum, v) => sum + v * v, 0));

describe("a network that is rounded while it learns", () => {
  it.each([8, 4, 2] as const)("has weights of %i bits that are their integers", async (bits) => {
    const scheme = { ...(await schemeOf(bits)), activations: new Map() };
    const { float, rounded, integers } = await logitsOf(scheme);
    expect(byWindow(float, rounded)[0]).toBeGreaterThan(1e-3);
    expect(byWindow(integers, rounded).at(-1)).toBeLessThan(1e-5);
  });

  it("says what integers say, but where a value falls halfway between two steps", async () => {
    const { float, rounded, integers } = await logitsOf(await schemeOf(8));
    expect(byWindow(float, rounded)[0]).toBeGreaterThan(1e-3);
    expect(byWindow(integers, rounded)[4]).toBeLessThan(1e-5);
  });

  it("has the gradients of the network itself where steps are small", async () => {
    const fine: Rounding<WeightScales> = {
      activation: (g, x, scale, precision) =>
        STRAIGHT_THROUGH.activation(g, x, precision === "i8" ? scale / 128 : scale, "i16"),
      weight: (_, __, weight) => weight,
    };
    const rounded = await gradientsOf(openRounded(model, await schemeOf(8), { trained }, fine));
    const plain = await gradientsOf(openPanluna(model, { training: { trained } }));
    expect([...rounded.keys()].filter((name) => !plain.has(name))).toEqual([]);
    const whole = norm([...plain.values()].flatMap((values) => [...values]));
    for (const [name, values] of plain) {
      const error = norm(values.map((v, i) => v - (rounded.get(name)?.[i] ?? 0)));
      expect(error, name).toBeLessThan(1e-3 * Math.max(norm(values), 0.01 * whole));
    }
  });
});

import { expect, it } from "vitest";
import { randomStream } from "../model/index.ts";
import { bitsAfter, type LayerCost, orderSteps } from "./chooseBits.ts";
import type { WeightBits } from "./quantizeWeight.ts";

const WIDTHS: readonly WeightBits[] = [8, 4, 2];

/** Five layers of random size and noise; 4 bits lose some 100 times as much as 8, 2 bits some 10 times as much as 4. */
function layersOf(seed: number): LayerCost[] {
  const u = randomStream(seed, "layers").uniform(0, 20);
  return Array.from({ length: 5 }, (_, i) => {
    const four = 10 ** (2 * u[4 * i] - 1);
    return {
      name: `layer${i}`,
      weights: Math.ceil(1000 * u[4 * i + 1]),
      noise: { 8: four / 100, 4: four, 2: four * (2 + 20 * u[4 * i + 2]) },
    };
  });
}

const costOf = (layers: readonly LayerCost[], bits: (name: string) => WeightBits) =>
  layers.reduce(
    (sum, { name, weights, noise }) => ({
      size: sum.size + weights * bits(name),
      noise: sum.noise + noise[bits(name)],
    }),
    { size: 0, noise: 0 },
  );

it.each([1, 2, 3, 4])("after each step no other widths are as small for as little noise (seed %i)", (seed) => {
  const layers = layersOf(seed);
  const steps = orderSteps(layers);
  const all = Array.from({ length: 3 ** layers.length }, (_, i) =>
    costOf(layers, (name) => WIDTHS[Math.floor(i / 3 ** Number(name.at(-1))) % 3]),
  );
  for (let count = 0; count <= steps.length; count++) {
    const bits = bitsAfter(steps, count);
    const own = costOf(layers, (name) => bits.get(name) ?? 8);
    const better = all.filter(({ size, noise }) => size < own.size - 0.5 && noise < own.noise * (1 - 1e-9));
    expect(better, `after ${count} steps`).toEqual([]);
  }
});

it("ends with 2 bits everywhere, each layer going down only", () => {
  const layers = layersOf(7);
  const steps = orderSteps(layers);
  expect([...bitsAfter(steps, steps.length).values()]).toEqual([2, 2, 2, 2, 2]);
  for (const { name } of layers) {
    const own = steps.filter((step) => step.name === name).map(({ to }) => to);
    expect([[4, 2], [2]]).toContainEqual(own);
  }
});

it("takes what costs nothing first", () => {
  const noise = { 8: 1, 4: 1, 2: 5 };
  const [first] = orderSteps([
    { name: "a", weights: 10, noise: { 8: 0, 4: 1, 2: 9 } },
    { name: "b", weights: 1, noise },
  ]);
  expect(first).toEqual({ name: "b", to: 4 });
});

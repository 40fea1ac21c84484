import { describe, expect, it } from "vitest";
import { smallNetwork } from "../../test/smallNetwork.ts";
import { Calibration } from "./calibration.ts";
import { INPUT_SCALE, PHASE_SCALE } from "./scheme.ts";

const { tensors } = await smallNetwork();
/** What a network gives: 400 values of each tensor in ±size, in two runs. */
function observed(sizeOf: (name: string, i: number) => number): Calibration {
  const calibration = new Calibration(tensors.tensors);
  for (const part of [0.5, 1]) {
    const outputs = tensors.tensors.map(({ source, features }, i) => {
      const width = features ? Number(source.shape.at(-1)) : 1;
      const data = Float32Array.from({ length: 400 * width }, (_, k) => {
        const row = Math.floor(k / width);
        return part * sizeOf(source.name, i) * (1 + (k % width)) * (row === 0 ? -1 : 0.9 * Math.sin(row));
      });
      return [source.name, { data }] as const;
    });
    calibration.observe(Object.fromEntries(outputs));
  }
  return calibration;
}

describe("Calibration", () => {
  it("gives each tensor a scale for each precision in which it is read", () => {
    const { activations } = observed((_, i) => i + 1).scales("max");
    tensors.tensors.forEach(({ source, precisions, features, sum }, i) => {
      const scales = activations.get(source.name)!;
      expect(Object.keys(scales).sort(), source.name).toEqual([...precisions].sort());
      if (scales.i8 !== undefined && !features) expect(scales.i8).toBe(Math.fround((i + 1) / 127));
      if (scales.i16 !== undefined && sum === undefined && source.name !== "x") {
        expect(scales.i16).toBe(Math.fround((2 * (i + 1)) / 32767)); // room for twice of what was seen
      }
    });
    expect(activations.get("x")).toEqual({ i16: INPUT_SCALE });
  });

  it("gives all that is summed one scale, which holds the largest of them", () => {
    const { activations } = observed((_, i) => i + 1).scales("mse");
    for (const sum of new Set(tensors.tensors.map((tensor) => tensor.sum))) {
      if (sum === undefined) continue;
      const members = tensors.tensors.flatMap((tensor, i) => (tensor.sum === sum ? [{ tensor, size: i + 1 }] : []));
      const scale = Math.fround((2 * Math.max(...members.map(({ size }) => size))) / 32767);
      for (const { tensor } of members) expect(activations.get(tensor.source.name)!.i16).toBe(scale);
    }
  });

  it("gives each frequency the scale of its magnitudes, and phases that of ±π", () => {
    const { features } = observed(() => 1).scales("max");
    const half = features.length / 2;
    features.forEach((scale, i) => {
      expect(scale).toBe(Math.fround(i < half ? (i + 1) / 127 : PHASE_SCALE));
    });
  });

  it("says that it has seen nothing", () => {
    expect(() => new Calibration(tensors.tensors).scales("max")).toThrow("calibration: has seen no windows");
  });

  it("gives tensors of zeros a scale above 0", () => {
    const { activations, features } = observed(() => 0).scales("mse");
    for (const scales of activations.values())
      for (const scale of Object.values(scales)) expect(scale).toBeGreaterThan(0);
    expect(Math.min(...features)).toBeGreaterThan(0);
  });
});

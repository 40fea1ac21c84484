import { expect, it } from "vitest";
import { erf, gelu } from "./gelu.ts";

/** scipy.special.erf */
const ERF: readonly (readonly [number, number])[] = [
  [-7, -1],
  [-6, -1],
  [-3.3, -0.9999969422902035],
  [-1, -0.8427007929497148],
  [-0.001, -0.0011283787909692363],
  [0, 0],
  [1e-9, 1.1283791670955127e-9],
  [0.1, 0.1124629160182849],
  [0.75, 0.7111556336535151],
  [2, 0.9953222650189527],
  [3, 0.9999779095030014],
  [4.5, 0.9999999998033839],
  [6.01, 1],
];

/** mpmath with 40 digits */
const GELU: readonly (readonly [number, number])[] = [
  [-8.5, -8.05760459887282e-17],
  [-4, -0.0001266849673324797],
  [-1.5, -0.1002108019032871],
  [-0.25, -0.10032341857926907],
  [0, 0],
  [0.25, 0.14967658142073093],
  [1, 0.8413447460685429],
  [3, 2.99595030590511],
  [8.5, 8.5],
];

it("the error function is SciPy's, and GELU that of 40 digits, within 10⁻¹⁵", () => {
  for (const [x, y] of ERF) expect(Math.abs(erf(x) - y)).toBeLessThanOrEqual(1e-15);
  for (const [x, y] of GELU) expect(Math.abs(gelu(x) - y)).toBeLessThanOrEqual(1e-15);
});

import { describe, expect, it } from "vitest";
import { factorize, solveLower, solveUpper } from "./cholesky.ts";

/** numpy.linalg.cholesky and solve of [[4, 2, 1], [2, 5, 3], [1, 3, 6]], right side [1, 2, 3]. */
const A = [4, 2, 1, 2, 5, 3, 1, 3, 6];
const LOWER = [2, 1, 2, 0.5, 1.25, 2.0463381929681126];
const SOLUTION = [0.08955223880597016, 0.10447761194029853, 0.43283582089552236];

describe("Cholesky", () => {
  it("gives the factor of NumPy, and solves as it does", () => {
    const a = Float64Array.from(A);
    factorize(a, 3);
    [a[0], a[3], a[4], a[6], a[7], a[8]].forEach((value, i) => void expect(value).toBeCloseTo(LOWER[i], 14));
    const b = Float64Array.of(1, 2, 3);
    solveLower(a, b);
    solveUpper(a, b);
    b.forEach((value, i) => void expect(value).toBeCloseTo(SOLUTION[i], 14));
  });

  it("does not read the upper triangle", () => {
    const a = Float64Array.from(A, (value, i) => (i % 3 > Math.floor(i / 3) ? Number.NaN : value));
    factorize(a, 3);
    const b = Float64Array.of(1, 2, 3);
    solveLower(a, b);
    solveUpper(a, b);
    expect(b.every(Number.isFinite)).toBe(true);
  });
});

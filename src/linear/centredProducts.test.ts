import { expect, it } from "vitest";
import { centredProducts } from "./centredProducts.ts";

it("the products of centred rows are those of NumPy: 3 · cov(rows, rowvar=False, bias=True), lower triangle", () => {
  const { mean, products } = centredProducts({ values: [1, 2, 4, 3, 5, 2, 8, 2, 0], count: 3, width: 3 });
  expect([...mean]).toEqual([4, 3, 2]);
  [26, 0, 0, -3, 6, 0, -14, 0, 8].forEach((value, i) => void expect(products[i]).toBeCloseTo(value, 12));
});

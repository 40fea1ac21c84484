import { describe, expect, it } from "vitest";
import { differences } from "./differences.ts";

describe("differences", () => {
  it("are the leaves that are not the same everywhere", () => {
    const first = { same: [1, { a: 2 }], lr: 1, list: [1, 2], kind: { a: 1 }, gone: true, empty: [] };
    const second = { same: [1, { a: 2 }], lr: 2, list: [1, 3, 4], kind: "a", added: null, empty: [] };
    expect(differences(first, second)).toEqual([
      { path: "lr", values: [1, 2] },
      { path: "list[1]", values: [2, 3] },
      { path: "kind.a", values: [1, undefined] },
      { path: "gone", values: [true, undefined] },
      { path: "list[2]", values: [undefined, 4] },
      { path: "kind", values: [undefined, "a"] },
      { path: "added", values: [undefined, null] },
    ]);
    expect(differences({ lr: 1, seed: 1 }, { lr: 1, seed: 2 }, { lr: 3, seed: 1 })).toEqual([
      { path: "lr", values: [1, 1, 3] },
      { path: "seed", values: [1, 2, 1] },
    ]);
  });

  it("are neither the order of keys nor what objects inherit", () => {
    expect(differences({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toEqual([]);
    expect(differences({}, JSON.parse('{"constructor":1}'))).toEqual([
      { path: "", values: [{}, undefined] },
      { path: "constructor", values: [undefined, 1] },
    ]);
  });
});

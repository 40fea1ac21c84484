import { describe, expect, it } from "vitest";
import { canonicalJson, differences } from "./json.ts";

describe("canonicalJson", () => {
  it("does not depend on the order of keys", () => {
    expect(canonicalJson({ b: [{ y: 1, x: null }], a: "ü\n" })).toBe('{"a":"ü\\n","b":[{"x":null,"y":1}]}');
    expect(canonicalJson({ a: 1, b: undefined as never })).toBe('{"a":1}');
  });

  it("refuses numbers that JSON cannot hold, by their path", () => {
    expect(() => canonicalJson({ a: [0, { b: Number.POSITIVE_INFINITY }] })).toThrow("a[1].b is Infinity");
    expect(() => canonicalJson(Number.NaN)).toThrow("value is NaN");
  });
});

describe("differences", () => {
  it("are the leaves that differ, are new or are gone", () => {
    const before = { same: [1, { a: 2 }], lr: 1, list: [1, 2], kind: { a: 1 }, gone: true };
    const after = { same: [1, { a: 2 }], lr: 2, list: [1, 3, 4], kind: [1], added: null };
    expect(differences(before, after)).toEqual([
      { path: "added", before: undefined, after: null },
      { path: "gone", before: true, after: undefined },
      { path: "kind", before: { a: 1 }, after: [1] },
      { path: "list[1]", before: 2, after: 3 },
      { path: "list[2]", before: undefined, after: 4 },
      { path: "lr", before: 1, after: 2 },
    ]);
  });

  it("are not found in what objects inherit", () => {
    expect(differences({}, JSON.parse('{"constructor":1}'))).toEqual([
      { path: "constructor", before: undefined, after: 1 },
    ]);
  });
});

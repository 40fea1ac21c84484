import { describe, expect, it } from "vitest";
import { canonicalJson } from "./json.ts";

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

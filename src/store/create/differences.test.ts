import { describe, expect, it } from "vitest";
import { differences } from "./differences.ts";

describe("what differs between two descriptions", () => {
  it("is named field by field", () => {
    const there = { name: "a", chain: { hop: 5, bands: { eeg: [1, 2] } }, old: true };
    const wanted = { name: "a", chain: { hop: 2.5, bands: { eeg: [1, 3] } }, fresh: null };
    expect(differences(there, wanted)).toEqual([
      { path: "chain.bands.eeg", there: "[1,2]", wanted: "[1,3]" },
      { path: "chain.hop", there: "5", wanted: "2.5" },
      { path: "fresh", there: "nothing", wanted: "null" },
      { path: "old", there: "true", wanted: "nothing" },
    ]);
  });

  it("is nothing for equal ones, in whatever order their fields stand", () => {
    expect(differences({ a: 1, b: { c: [], d: "x" } }, { b: { d: "x", c: [] }, a: 1 })).toEqual([]);
  });
});

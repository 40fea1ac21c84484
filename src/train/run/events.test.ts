import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type EventContent, eventRecord } from "./events.ts";

const bytesOf = (events: readonly (readonly [number, EventContent])[]) =>
  Buffer.concat(events.map(([time, content]) => eventRecord(time, content)));

const values = (step: number, split: string, numbers: Record<string, number>): EventContent => ({
  kind: "values",
  entry: { step, split, values: numbers },
});

describe("eventRecord", () => {
  it("gives the bytes that Google's protobuf library and an independent CRC give", () => {
    const expected = readFileSync(new URL("./pairs/events.bin", import.meta.url));
    const written = bytesOf([
      [1700000000.125, { kind: "version" }],
      [1700000001.25, { kind: "start", step: 121 }],
      [1700000002.5, values(128, "train", { loss: 0.1, lr: 1.25e-4 })],
      [1700000002.5, values(2 ** 40 + 3, "val", { loss: Number.POSITIVE_INFINITY, κ: -0.5, ["a".repeat(200)]: 3e38 })],
    ]);
    expect(written.toString("hex")).toBe(expected.toString("hex"));
  });
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError, WeightsError } from "../../errors.ts";
import { memorySource } from "../source/byteSource.ts";
import { openSafetensors, readSafetensors, type Tensor, toFloat32, writeSafetensors } from "./safetensors.ts";

const pair = (name: string) => new Uint8Array(readFileSync(new URL(`./pairs/${name}`, import.meta.url)));
const expected = JSON.parse(new TextDecoder().decode(pair("small.json"))) as Record<
  string,
  { dtype: string; shape: number[]; float32: (number | string)[] }
>;

/** A file from a header object (or raw text) and data bytes. */
function fileOf(header: unknown, data = new Uint8Array(0), length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const f32 = (start: number, stop: number, shape: unknown = [(stop - start) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [start, stop],
});

describe("readSafetensors", () => {
  const { tensors, metadata } = readSafetensors(pair("small.safetensors"), "small.safetensors");

  it("gives the values that numpy wrote, for every dtype", () => {
    expect([...tensors.keys()]).toEqual(Object.keys(expected));
    for (const [name, { dtype, shape, float32 }] of Object.entries(expected)) {
      const tensor = tensors.get(name)!;
      expect({ name, dtype: tensor.dtype, shape: tensor.shape }).toEqual({ name, dtype, shape });
      const values = float32.map((v) => (typeof v === "string" ? Number(v.replace("inf", "Infinity")) : v));
      expect(toFloat32(tensor), name).toEqual(Float32Array.from(values));
    }
  });

  it("keeps metadata and exact 64-bit integers", () => {
    expect(metadata).toEqual({ format: "pt", note: "µV" });
    expect(tensors.get("i64")!.data).toEqual(BigInt64Array.of(-(2n ** 53n), 2n ** 40n + 1n));
  });

  it("shares memory where aligned and copies where not", () => {
    const bytes = writeSafetensors(new Map([["x", { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) }]]));
    expect(readSafetensors(bytes, "x").tensors.get("x")!.data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const { tensors: copied } = readSafetensors(shifted.subarray(1), "x");
    expect(copied.get("x")!.data).toEqual(Float32Array.of(1, 2));
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(3), /too short/],
    ["a header past the end", fileOf("{}", undefined, 99n), /impossible header length.*got 99/],
    ["a header of 2^63 bytes", fileOf("{}", undefined, 2n ** 63n), /impossible header length/],
    ["a header that is not JSON", fileOf("{oops}"), /not JSON/],
    ["a header that is not UTF-8", new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe]), /not JSON/],
    ["a list as header", fileOf("[]"), /not a JSON object.*got a list/],
    ["metadata that is not strings", fileOf({ __metadata__: { a: 1 } }), /__metadata__/],
    ["an entry that is no object", fileOf({ x: 1 }), /tensor x: has an entry of a wrong kind/],
    ["an unknown dtype", fileOf({ x: { dtype: "Q7", shape: [], data_offsets: [0, 0] } }), /unknown dtype.*got Q7/],
    ["a dtype from the prototype", fileOf({ x: { ...f32(0, 0), dtype: "toString" } }), /unknown dtype/],
    ["a negative shape", fileOf({ x: f32(0, 4, [-1]) }, new Uint8Array(4)), /no valid shape/],
    ["offsets that run backwards", fileOf({ x: { ...f32(0, 4), data_offsets: [4, 0] } }), /data_offsets/],
    ["data outside the file", fileOf({ x: f32(0, 8) }, new Uint8Array(4)), /outside the file.*truncated/],
    ["a size that is not the shape's", fileOf({ x: f32(0, 8, [3]) }, new Uint8Array(8)), /expected 12 bytes, got 8/],
    ["a shape that overflows", fileOf({ x: f32(0, 4, [2 ** 52, 2 ** 52]) }, new Uint8Array(4)), /does not match/],
    ["overlap", fileOf({ x: f32(0, 8), y: f32(4, 12) }, new Uint8Array(12)), /tensor y: overlaps/],
    ["a hole", fileOf({ x: f32(0, 4), y: f32(8, 12) }, new Uint8Array(12)), /tensor y: leaves a hole/],
    ["a tail", fileOf({ x: f32(0, 4) }, new Uint8Array(8)), /belong to no tensor/],
  ])("refuses %s", async (_, bytes, message) => {
    expect(() => readSafetensors(bytes, "bad")).toThrow(FormatError);
    expect(() => readSafetensors(bytes, "bad")).toThrow(message);
    await expect(openSafetensors(memorySource(bytes, "bad"))).rejects.toThrow(message);
  });

  it("never fails otherwise than with FormatError on damaged bytes", () => {
    const good = pair("small.safetensors");
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
        const bytes = good.slice(0, length);
        if (at < bytes.length) bytes[at] = value;
        try {
          readSafetensors(bytes, "fuzz");
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("writeSafetensors", () => {
  it("round-trips every dtype, aligned, with the same bytes each time", () => {
    const { tensors, metadata } = readSafetensors(pair("small.safetensors"), "small");
    const bytes = writeSafetensors(tensors, metadata);
    const again = readSafetensors(bytes, "again");
    expect(again.metadata).toEqual(metadata);
    expect(new Map([...again.tensors].sort())).toEqual(new Map([...tensors].sort()));
    for (const { data } of again.tensors.values()) expect(data.buffer).toBe(bytes.buffer);
    expect(writeSafetensors(again.tensors, metadata)).toEqual(bytes);
  });

  it("refuses data that does not match dtype and shape", () => {
    const wrong = { dtype: "F32", shape: [3], data: new Float32Array(2) } as const;
    expect(() => writeSafetensors(new Map([["w", wrong]]))).toThrow(WeightsError);
    const mistyped = { dtype: "F32", shape: [2], data: new Float64Array(2) } as unknown as Tensor;
    expect(() => writeSafetensors(new Map([["w", mistyped]]))).toThrow(/tensor w.*Float64Array/);
  });
});

describe("openSafetensors", () => {
  it("reads the header and only the tensors asked for", async () => {
    const reads: [number, number][] = [];
    const inner = memorySource(pair("small.safetensors"), "small.safetensors");
    const file = await openSafetensors({
      ...inner,
      read: (offset, length) => {
        reads.push([offset, length]);
        return inner.read(offset, length);
      },
    });
    expect(file.tensors.get("i32")).toMatchObject({ dtype: "I32", shape: [1, 2, 3] });
    expect((await file.read("i32")).data).toEqual(Int32Array.of(-3, -2, -1, 0, 1, 2));
    expect(reads.map(([, length]) => length).slice(-1)).toEqual([24]);
    expect(reads).toHaveLength(3);
    await expect(file.read("i99")).rejects.toThrow(/no such tensor.*got i99/);
  });
});

const given = new URL("../../../../shared/fixtures/given/", import.meta.url);
describe.skipIf(!existsSync(given))("the authors' fixtures (needs ../shared/fixtures)", () => {
  it("read with shapes that the cases state", () => {
    const folder = new URL("pieces/", given);
    const names = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      const { tensors } = readSafetensors(new Uint8Array(readFileSync(new URL(name, folder))), name);
      expect(tensors.size).toBeGreaterThan(0);
    }
    const inputs = new Uint8Array(readFileSync(new URL("a_ecg_reconstruct/inputs.safetensors", given)));
    const x = readSafetensors(inputs, "inputs").tensors.get("x")!;
    expect([x.dtype, ...x.shape]).toEqual(["F32", 2, 12, 320]);
    const first = toFloat32(x).subarray(0, 320); // z-scored: mean 0, std 1
    expect(Math.abs(first.reduce((sum, v) => sum + v, 0) / 320)).toBeLessThan(1e-6);
  });
});

import { readFileSync } from "node:fs";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../errors.ts";
import { memoryArray } from "../arrays/namedArray.ts";
import { memorySource } from "../source/byteSource.ts";
import { npyFormat, readNpy, writeNpy } from "./npy.ts";
import { npzFormat, readNpz } from "./npz.ts";

const pair = (name: string) => new Uint8Array(readFileSync(new URL(`./pairs/${name}`, import.meta.url)));
const pairs = JSON.parse(new TextDecoder().decode(pair("pairs.json"))) as Record<
  string,
  { dtype: string; shape: number[]; values: number[] }
>;
const three = { sfreq: 128, labels: ["Fp1", "Oz", "Pz"] };

describe("readNpy", () => {
  it.each(Object.entries(pairs))("reads %s as NumPy wrote it", async (name, { dtype, shape, values }) => {
    const bytes = pair(`${name}.npy`);
    const array = readNpy(bytes, name);
    expect({ dtype: array.dtype, shape: array.shape }).toEqual({ dtype, shape });
    const flat = await memoryArray("x", dtype, array.shape, array.data, array.order).read(shape.map((n) => [0, n]));
    expect(flat).toEqual(Float64Array.from(values));
    if (shape.length !== 2) return;
    const recording = await npyFormat.open(memorySource(bytes, `${name}.npy`), {
      ...three,
      labels: three.labels.slice(0, shape[0]),
    });
    expect([...(await recording.read())].flatMap((x) => [...x])).toEqual(values);
  });

  it.each([
    ["complex", /complex numbers/],
    ["text", /texts/],
    ["table", /named fields/],
    ["objects", /Python objects/],
  ])("refuses %s arrays and says what to do", (name, message) => {
    expect(() => readNpy(pair(`refused_${name}.npy`), "x.npy")).toThrow(message);
    expect(() => readNpy(pair(`refused_${name}.npy`), "x.npy")).toThrow(/numpy\.save/);
  });

  it("refuses damaged files with FormatError", async () => {
    const good = pair("f64.npy");
    const edit = (at: number, byte: number) => good.map((b, i) => (i === at ? byte : b));
    const bad: [Uint8Array, RegExp][] = [
      [good.subarray(0, 5), /not an NPY file/],
      [good.subarray(0, 200), /truncated.*608 bytes.*got 200/],
      [edit(6, 9), /unknown NPY version.*got 9/],
      [edit(9, 0xff), /impossible header length/],
      [edit(12, 0x7a), /unreadable header/],
      [Uint8Array.of(...good, 0), /behind its elements/],
    ];
    for (const [bytes, message] of bad) {
      expect(() => readNpy(bytes, "x")).toThrow(message);
      await expect(npyFormat.open(memorySource(bytes, "x"), three)).rejects.toThrow(FormatError);
    }
  });
});

describe("writeNpy", () => {
  it("writes what NumPy writes, byte for byte", () => {
    const { shape, values } = pairs.f64;
    expect(writeNpy(Float64Array.from(values), shape)).toEqual(pair("f64.npy"));
    expect(writeNpy(Int8Array.from(pairs.i8.values), pairs.i8.shape)).toEqual(pair("i8.npy"));
    expect(writeNpy(Float64Array.of(2.5), [])).toEqual(pair("scalar.npy"));
  });

  it("refuses a shape that does not fit", () => {
    expect(() => writeNpy(new Float32Array(5), [2, 3])).toThrow(/5 elements, got \[2, 3\]/);
  });
});

describe("NPZ", () => {
  const expected = pairs.f64.values;

  it("opens the only signal, with rate and names from the file", async () => {
    const stored = await npzFormat.open(memorySource(pair("stored.npz"), "stored.npz"), {});
    expect(stored.channels.map(({ label }) => label)).toEqual(["Fp1", "Oz", "µ"]);
    expect(stored.channels[0].sfreq).toBe(128);
    expect((await stored.read()).flatMap((x) => [...x])).toEqual(expected);
    const packed = await npzFormat.open(memorySource(pair("packed.npz"), "packed.npz"), { labels: three.labels });
    expect((await packed.read()).flatMap((x) => [...x])).toEqual(expected);
  });

  it("is recognised by its first member", () => {
    expect(npzFormat.recognise(pair("packed.npz"), "x")).toBe(true);
    expect(npzFormat.recognise(zipSync({ "a.txt": new Uint8Array(3) }), "x")).toBe(false);
  });

  it("reads what is sound and names what is not", () => {
    const bytes = zipSync({ "x.npy": pair("f64.npy"), "bad.npy": pair("f64.npy").subarray(0, 300) });
    const { arrays, warnings } = readNpz(bytes, "x.npz");
    expect([...arrays.keys()]).toEqual(["x"]);
    expect(warnings).toEqual([expect.stringMatching(/array bad was not read.*truncated/)]);
  });

  it("refuses damage and bombs", () => {
    expect(() => readNpz(pair("packed.npz").subarray(0, -40), "x")).toThrow(/damaged zip/);
    const bomb = zipSync({ "x.npy": pair("f64.npy") });
    const directory = bomb.findLastIndex((b, i) => b === 0x50 && bomb[i + 1] === 0x4b && bomb[i + 2] === 1); // PK\1\2
    new DataView(bomb.buffer).setUint32(directory + 24, 2 ** 31, true); // the declared size
    expect(() => readNpz(bomb, "x")).toThrow(/inflates to more/);
  });
});

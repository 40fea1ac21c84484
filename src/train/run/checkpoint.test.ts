import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallModel } from "../../../test/smallModel.ts";
import { FormatError, WeightsError } from "../../errors.ts";
import { float32, type Tensor } from "../../graph/index.ts";
import { modelFromCheckpoint } from "../../model/index.ts";
import { readStateDict } from "../../model/stateDict.ts";
import { type CheckpointOrigin, readCheckpoint, type TrainingState, writeCheckpoint } from "./checkpoint.ts";

const origin: CheckpointOrigin = { panluna: "1.2.3", seed: 7, config: "c0ffee", fingerprint: "da7a" };
const progress = { best: 0.25, earlyStopping: { bad: 2, since: [1, null] }, note: '"panluna.checksum":"µ' };

function stateOf(step = 12): TrainingState {
  const { weights, sizes, head } = smallModel({ kind: "classify", numClasses: 3 });
  const like = (scale: number) =>
    new Map(
      [...weights].map(([name, { data, shape }]) => [
        name,
        float32(
          Array.from(data, Number).map((x) => scale * x),
          shape,
        ),
      ]),
    );
  return { step, weights, m: like(0.5), v: like(2), ema: like(-1), progress, sizes, head };
}

const tiny = (): TrainingState => {
  const w = (value: number): Map<string, Tensor> => new Map([["w", float32([value, -0, 1e-38])]]);
  return { step: 3, weights: w(1), m: w(2), v: w(3), progress: {} };
};

describe("a checkpoint", () => {
  it("gives back bit for bit what was written", () => {
    const read = readCheckpoint(writeCheckpoint(stateOf(), origin), "step.safetensors");
    const { weights, m, v, ema, ...rest } = stateOf();
    expect(read).toEqual({ ...rest, weights: read.weights, m: read.m, v: read.v, ema: read.ema, origin });
    for (const [part, expected] of Object.entries({ weights, m, v, ema: ema! })) {
      const found = read[part as "m"];
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [name, tensor] of expected) expect(found.get(name)).toEqual(tensor);
    }
  });

  it("is the same bytes for the same state, whatever the order of its keys", () => {
    const state = stateOf();
    const turned = { ...state, weights: new Map([...state.weights].toReversed()), progress: reversed(progress) };
    expect(Buffer.compare(writeCheckpoint(turned, origin), writeCheckpoint(state, origin))).toBe(0);
  });

  it("is read as plain weights by whatever reads weights", () => {
    const state = stateOf();
    const model = modelFromCheckpoint(readStateDict(writeCheckpoint(state, origin), "step.safetensors"));
    expect(model).toEqual({ ...smallModel(state.head!), dropped: [], initialized: [] });
  });

  it("may hold the weights alone", () => {
    const { step, weights } = tiny();
    const bytes = writeCheckpoint({ step, weights, m: new Map(), v: new Map(), progress: {} }, origin);
    expect(readCheckpoint(bytes, "best.safetensors")).toEqual({ ...tiny(), m: new Map(), v: new Map(), origin });
  });

  it("keeps the adapters that its weights have merged, and readers of models leave them aside", () => {
    const { step, weights, sizes, head } = stateOf();
    const tensors = new Map([["blocks.0.attn.proj.lora_A", float32([1, 2], [1, 2])]]);
    const adapters = { tensors, scaling: 0.1, encoder: "c0de" };
    const state = { step, weights, m: new Map(), v: new Map(), progress: {}, sizes, head, adapters };
    const bytes = writeCheckpoint(state, origin);
    const read = readCheckpoint(bytes, "best.safetensors");
    expect(read.adapters).toEqual(adapters);
    expect(read.weights.size).toBe(weights.size);
    expect(modelFromCheckpoint(readStateDict(bytes, "best")).weights).toEqual(weights);
  });

  it("refuses optimiser state that belongs to other weights, and numbers that JSON cannot hold", () => {
    const state = tiny();
    const stray = { ...state, m: new Map([["u", float32([1])]]) };
    expect(() => writeCheckpoint(stray, origin)).toThrow(WeightsError);
    expect(() => writeCheckpoint(stray, origin)).toThrow(/tensor optimizer\.m\/u: belongs to no weight/);
    const misshapen = { ...state, ema: new Map([["w", float32([1])]]) };
    expect(() => writeCheckpoint(misshapen, origin)).toThrow(
      /tensor ema\/w: has another shape.*expected \[3\], got \[1\]/,
    );
    expect(() => writeCheckpoint({ ...state, progress: { a: [Number.NaN] } }, origin)).toThrow("a[0] is NaN");
  });
});

const reversed = (object: object) => Object.fromEntries(Object.entries(object).toReversed());

describe("damage", () => {
  const good = writeCheckpoint(tiny(), origin);

  it("of any single bit is noticed and the file named", () => {
    for (let bit = 0; bit < 8 * good.length; bit++) {
      const bytes = good.slice();
      bytes[bit >> 3] ^= 1 << (bit & 7);
      expect(() => readCheckpoint(bytes, "step-3.safetensors"), `bit ${bit}`).toThrow(
        /^step-3\.safetensors: (is damaged|does not begin)/,
      );
    }
  });

  it("by truncation at any byte is noticed", () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => readCheckpoint(good.slice(0, length), "x"), `${length} bytes`).toThrow(FormatError);
    }
  });

  it("of several bytes is noticed", () => {
    fc.assert(
      fc.property(fc.nat(good.length - 9), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, noise) => {
        const bytes = good.slice();
        bytes.set(noise, at);
        if (bytes.every((byte, i) => byte === good[i])) return;
        expect(() => readCheckpoint(bytes, "x")).toThrow(FormatError);
      }),
      { numRuns: 300 },
    );
  });

  it("is told from a file that is no checkpoint", () => {
    expect(() => readCheckpoint(new Uint8Array(200), "x")).toThrow(/does not begin as a checkpoint does/);
  });
});

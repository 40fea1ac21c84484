import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readSafetensors } from "../../formats/safetensors/safetensors.ts";
import type { UsedChannel } from "../contract.ts";
import { CHANNEL_NAMES, channelIndex, DATASET_CHANNELS } from "./channelNames.ts";
import { pairName, samePlace } from "./electrodes.ts";
import { ECG_LEADS, placeOf } from "./locations.ts";
import { modelChannels } from "./modelChannels.ts";
import excerpt from "./pairs/locations.json" with { type: "json" };
import { STANDARD_1005 } from "./standard1005.ts";

const used = (names: readonly string[]): UsedChannel[] =>
  names.map((name, plus) => ({ name, ...placeOf(name)!, plus, sfreq: 256, unit: "a.u.", scale: 1 }));

const bits = (values: Float32Array) => [...new Uint32Array(values.buffer, values.byteOffset, values.length)];

describe("locations", () => {
  it("hold the 343 electrodes of standard_1005, inside a head", () => {
    const all = Object.entries(STANDARD_1005);
    expect(all).toHaveLength(343);
    for (const [name, at] of all) expect(Math.hypot(...at), name).toBeLessThan(0.16);
    expect(STANDARD_1005.T3).toEqual(STANDARD_1005.T7);
  });

  it("put a bipolar channel midway, the cerebellar electrodes at POO7 and POO8", () => {
    const [a, b] = [STANDARD_1005.FP1, STANDARD_1005.F7];
    expect(placeOf("FP1-F7")).toEqual({ sensor: "eeg", location: a.map((value, i) => (value + b[i]) / 2) });
    expect(placeOf("CB1")?.location).toEqual(STANDARD_1005.POO7);
    expect(placeOf("CB2")?.location).toEqual(STANDARD_1005.POO8);
  });

  it.each(["", "ECG", "FOO", "FP1-FOO", "FOO-FP1", "FP1-", "FP1-F7-T3", "I-II", "__proto__", "constructor", "cz"])(
    "have none for %j",
    (name) => expect(placeOf(name)).toBeUndefined(),
  );

  it("give pairs the name that the model knows", () => {
    expect(pairName("F7", "T7")).toBe("F7-T3");
    expect(pairName("T8", "P8")).toBe("T4-T6");
    expect(pairName("T7", "FT9")).toBe("T7-FT9");
    expect(samePlace("T3-T5")).toBe("T7-P7");
  });
});

describe("channel names", () => {
  it("are 104 in ASCII order", () => {
    expect(CHANNEL_NAMES).toHaveLength(104);
    const known = { "A1-T3": 0, AF3: 1, CZ: 25, ECG: 27, I: 59, PPG: 82, V6: 103 };
    for (const [name, row] of Object.entries(known)) expect(channelIndex(name), name).toBe(row);
    expect(channelIndex("TP9")).toBe(-1);
  });
});

describe("model channels", () => {
  it.each(Object.entries(excerpt))("of %s equal the authors' bit for bit", (_, { names, ...expected }) => {
    const got = modelChannels(used(names));
    expect(got.locationDim).toBe(expected.locationDim);
    expect(bits(got.locations)).toEqual(bits(Float32Array.from(expected.locations)));
    expect([...got.sensorType]).toEqual(expected.sensorType);
    expect([...got.channelIndex]).toEqual(expected.channelIndex);
  });

  it("refuse an empty list and a location of the wrong size", () => {
    expect(() => modelChannels([])).toThrow("model channels: none");
    const [cz] = used(["CZ"]);
    expect(() => modelChannels([{ ...cz, location: [0, 0] }])).toThrow("channel CZ: has an unfit location");
    expect(() => modelChannels([{ ...cz, location: [0, 0, Number.NaN] }])).toThrow("3 finite numbers (metres)");
  });
});

const pieces = new URL("../../../../shared/fixtures/given/pieces/", import.meta.url);

describe.skipIf(!existsSync(pieces))("the authors' tables (needs ../shared/fixtures)", () => {
  const load = () => JSON.parse(readFileSync(new URL("channels.json", pieces), "utf8"));

  it("know the same names, orders, positions (1e-12 m, equal as float32) and angles", () => {
    const { channels, datasets } = load();
    expect(CHANNEL_NAMES).toEqual(channels.map(({ name }: { name: string }) => name));
    for (const { name, eeg_position_m: position, ecg_ppg_angles_rad: angles } of channels) {
      const place = placeOf(name)?.location;
      if (position === null) expect(place, name).toEqual(angles ?? undefined);
      else {
        const error = position.map((value: number, i: number) => Math.abs(value - place![i]));
        expect(Math.max(...error), name).toBeLessThan(1e-12);
        expect(bits(Float32Array.from(place!)), name).toEqual(bits(Float32Array.from(position)));
      }
    }
    const { siena, tueg, mimic_iv, code15, pulsedb, hmc, seed_vii } = datasets;
    expect(DATASET_CHANNELS).toEqual({
      ...{ siena, tueg20: tueg.slice(0, 20), tueg22: tueg, mimicIv: mimic_iv, code15, pulsedb, hmc, seedVii: seed_vii },
    });
    expect([...ECG_LEADS.keys()]).toEqual(code15);
  });

  it.each(["ecg12", "tueg20", "hmc", "seed63", "pulsedb", "single_ppg", "three"])(
    "%s: raw locations, sensors and indices are equal bit for bit",
    (set) => {
      const bytes = new Uint8Array(readFileSync(new URL("locations.safetensors", pieces)));
      const { tensors } = readSafetensors(bytes, "locations.safetensors");
      const rows = [...(tensors.get(`${set}.channel_names`)!.data as Int32Array)];
      const raw = tensors.get(`${set}.raw`)!;
      const got = modelChannels(used(rows.map((row) => CHANNEL_NAMES[row])));
      expect(got.locationDim).toBe(raw.shape[2]);
      expect(bits(got.locations)).toEqual(bits(raw.data as Float32Array));
      expect([...got.sensorType]).toEqual([...(tensors.get(`${set}.sensor_type`)!.data as Int32Array)]);
      expect([...got.channelIndex]).toEqual(rows);
    },
  );
});

import { describe, expect, it } from "vitest";
import { CHANNEL_NAMES, type PlacedChannel, placeOf } from "../signal/index.ts";
import { channelInputs } from "./inputs.ts";

const placed = (...names: string[]): PlacedChannel[] => names.map((name) => ({ name, ...placeOf(name)! }));

describe("what the model is told of channels", () => {
  it("has two angles per channel where there is no EEG, the same for every window", () => {
    const { channel_locations, sensor_type, channel_names } = channelInputs(
      placed("II", "PPG"),
      2,
      CHANNEL_NAMES.length,
    );
    expect(channel_locations.shape).toEqual([2, 2, 2]);
    const II = [(5 * Math.PI) / 6, Math.PI / 2].map(Math.fround);
    expect([...(channel_locations.data as Float32Array)]).toEqual([...II, 0, 0, ...II, 0, 0]);
    expect([...(sensor_type.data as Int32Array)]).toEqual([0, 2, 0, 2]);
    expect([...(channel_names.data as Int32Array)].map((row) => CHANNEL_NAMES[row])).toEqual([
      "II",
      "PPG",
      "II",
      "PPG",
    ]);
  });

  it("has three coordinates beside EEG; angle pairs get a third 0", () => {
    const { channel_locations, sensor_type } = channelInputs(placed("CZ", "I"), 1, CHANNEL_NAMES.length);
    expect(channel_locations.shape).toEqual([1, 2, 3]);
    expect([...(channel_locations.data as Float32Array)].slice(3)).toEqual(
      [Math.PI / 2, Math.PI / 2, 0].map(Math.fround),
    );
    expect([...(sensor_type.data as Int32Array)]).toEqual([1, 0]);
  });

  it("takes the neighbour's row for an electrode that the table does not know", () => {
    const { channel_names } = channelInputs(placed("AFP1"), 1, CHANNEL_NAMES.length);
    expect(CHANNEL_NAMES[(channel_names.data as Int32Array)[0]]).toBe("FPZ");
  });

  it("refuses a location that is not finite, naming the channel", () => {
    const lost: PlacedChannel = { name: "CZ", sensor: "eeg", location: [0, Number.NaN, 0] };
    expect(() => channelInputs([lost], 1, 104)).toThrow(/channel CZ: has an unfit location/);
  });
});

import { describe, expect, it } from "vitest";
import { finetuning, labelledStore } from "../trainer/pairs/fakeTraining.ts";
import { trainedChannels } from "./trainedChannels.ts";

const two = labelledStore({ layouts: [["FP1", "CZ", "II"], ["CZ", "O1", "PPG"], ["T3"]] });
const layoutOf = (row: number) => [0, 1, 2][row % 3];
const layout = Uint16Array.from(two.windows.layout, (_, row) => layoutOf(row));
const store = { ...two, windows: { ...two.windows, layout } };
const every = Array.from(layout.keys());

describe("the channels of a task", () => {
  it("are those of all layouts that its windows have, each once", () => {
    expect(trainedChannels([{ store, rows: every }])).toEqual(["FP1", "CZ", "II", "O1", "PPG", "T3"]);
    const withoutThird = every.filter((row) => layoutOf(row) !== 2);
    expect(trainedChannels([{ store, rows: withoutThird }])).toEqual(["FP1", "CZ", "II", "O1", "PPG"]);
  });

  it("are of its sensors, and of all stores in their order", () => {
    const wrist = { store: labelledStore({ name: "wrist", layouts: [["PPG"]] }), rows: [0, 1] };
    expect(trainedChannels([wrist, { store, rows: [0] }], ["ecg", "ppg"])).toEqual(["PPG", "II"]);
  });

  it("are written with the model", async () => {
    const program = await finetuning({ mode: "full" }, {})();
    expect(program.task?.channels).toEqual(["FP1", "CZ", "II"]);
    await program.loader.close();
    await program.engine.close();
  });
});

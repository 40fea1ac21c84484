/** Makes the pictures of this folder from the sample recordings, through the program and its shipped weights: `npx tsx docs/make.ts`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pictureOfRecording, predictionSvg, reconstructionSvg } from "../src/draw/index.ts";
import { svgToPng } from "../src/draw/node.ts";
import { open, PanLuna } from "../src/node.ts";

const WIDTH = 1440; // px: sharp on screens of twice the density
const SHOWN = ["FP1", "F3", "C3", "P3", "O1", "O2", "I"];

const recording = await open(fileURLToPath(new URL("../samples/eegmat-arithmetic.edf", import.meta.url)));

const workload = await PanLuna.load("mental-workload");
const prediction = await workload.predict(recording, { attention: true });
await workload.close();
const title = "EEG and ECG while subtracting numbers, task";
const signals = await pictureOfRecording(recording, prediction.contract, { title });
await save("prediction", predictionSvg(prediction, signals));

const model = await PanLuna.load();
const reconstruction = await model.reconstruct(recording, { maxWindows: 8 });
await model.close();
await save(
  "reconstruction",
  reconstructionSvg(reconstruction, reconstruction.contract, {
    window: 5,
    channels: SHOWN,
    title: "Hidden patches, filled in by the model",
  }),
);
await recording.close();

async function save(name: string, svg: string): Promise<void> {
  const png = await svgToPng(svg, { width: WIDTH });
  writeFileSync(fileURLToPath(new URL(`${name}.png`, import.meta.url)), png);
  console.log(`${name}.png\t${png.length}`);
}

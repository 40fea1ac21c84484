/**
 * Makes the pictures of this folder from the sample recordings, through the program itself. Run it with `npx tsx docs/make.ts`.
 * The weights are untrained: the reconstruction shows what is drawn, not what a trained model can do, and says so.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pictureOfRecording, reconstructionSvg, recordingSvg } from "../src/draw/index.ts";
import { svgToPng } from "../src/draw/node.ts";
import { open, PanLuna, planContract } from "../src/node.ts";

const WIDTH = 1440; // px: sharp on screens of twice the density
const SHOWN = ["FP1", "F3", "C3", "P3", "O1", "O2", "I"];

const recording = await open(fileURLToPath(new URL("../samples/eegmat-arithmetic.edf", import.meta.url)));
const contract = planContract(recording.channels);
const title = "EEG and ECG during mental arithmetic";
await save("recording", recordingSvg(await pictureOfRecording(recording, contract, { from: 27, duration: 10, title })));

const model = PanLuna.untrained();
const reconstruction = await model.reconstruct(recording, { maxWindows: 8 });
await model.close();
await save(
  "reconstruction",
  reconstructionSvg(reconstruction, reconstruction.contract, {
    window: 5,
    channels: SHOWN,
    title: "Hidden patches, filled in by an untrained model",
  }),
);
await recording.close();

async function save(name: string, svg: string): Promise<void> {
  const png = await svgToPng(svg, { width: WIDTH });
  writeFileSync(fileURLToPath(new URL(`${name}.png`, import.meta.url)), png);
  console.log(`${name}.png\t${png.length}`);
}

import { join } from "node:path";
import type { Effects } from "../effects.ts";
import { writePicture } from "../pictures.ts";
import { stackPictures } from "../stackPictures.ts";
import type { Clip } from "./clip.ts";

export const PICTURE = "panluna-demo";

/**
 * One picture, a panel per kind of montage: what a task says of the recording, or where none was asked a window with its hidden patches filled in.
 * @returns paths of what was written
 */
export async function drawClips(clips: readonly Clip[], folder: string, effects: Effects): Promise<string[]> {
  const { predictionSvg, reconstructionSvg } = await import("../../draw/index.ts");
  const panels = oneOfEachMontage(clips).map(({ sample: { title }, reconstruction, prediction }) =>
    prediction === undefined
      ? reconstructionSvg(reconstruction, reconstruction.contract, { title })
      : predictionSvg(prediction, prediction.signals!),
  );
  await effects.makeFolder(folder);
  const drawn = stackPictures(panels);
  const paths = [".svg", ".png"].map((extension) => join(folder, PICTURE + extension));
  for (const path of paths) await writePicture(effects, path, drawn);
  return paths;
}

/** The last clip of each, in the order of the clips: two of one person at rest and at work look alike. */
function oneOfEachMontage(clips: readonly Clip[]): Clip[] {
  const kinds = new Map(clips.map((clip) => [clip.sample.expected.channels.join(), clip]));
  return [...kinds.values()];
}

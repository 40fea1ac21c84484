import { extname } from "node:path";
import { npyHeader } from "../formats/npy/write.ts";
import { withFiles } from "../formats/target/node.ts";
import type { Reconstruction } from "../runtime/reconstruct.ts";
import type { Effects } from "./effects.ts";
import { bytesOf } from "./embeddings/npy.ts";
import { writePicture } from "./pictures.ts";

/** Extensions of the files that a reconstruction is written to. */
export const RECONSTRUCTION_FILES: readonly string[] = [".svg", ".png", ".npy", ".json"];

/** How it is drawn. */
export interface View {
  readonly window?: number;
  readonly title?: string;
}

/** Write a reconstruction as what the name of the file says. */
export async function writeReconstruction(
  effects: Effects,
  path: string,
  result: Reconstruction,
  view: View,
): Promise<void> {
  switch (extname(path).toLowerCase()) {
    case ".npy":
      return withFiles([effects.createFile(path)], async (file) => {
        const [windows, channels, times] = result.shape;
        await file.write(npyHeader("<f4", [windows, 3, channels, times]));
        for (let w = 0; w < windows; w++) for (const plane of planesOf(result, w)) await file.write(bytesOf(plane));
      });
    case ".json":
      return withFiles([effects.createFile(path)], (file) => file.write(encode(jsonOf(result))));
    default: {
      const { reconstructionSvg } = await import("../draw/index.ts");
      const title = view.title === undefined ? undefined : `${view.title}: reconstruction of hidden patches`;
      return writePicture(effects, path, reconstructionSvg(result, result.contract, { ...view, title }));
    }
  }
}

/** Original, reconstruction and mask of one window, each (C, T); the mask is 1 where the sample was hidden. */
function planesOf(
  { original, reconstruction, mask, shape: [, channels, times], patchSize }: Reconstruction,
  w: number,
) {
  const size = channels * times;
  const part = (samples: Float32Array) => samples.subarray(w * size, (w + 1) * size);
  const hidden = Float32Array.from({ length: size }, (_, i) => mask[Math.floor((w * size + i) / patchSize)]);
  return [part(original), part(reconstruction), hidden];
}

const encode = (value: object): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);

/** Per window and channel the samples as lists; the mask by patches. */
function jsonOf({
  original,
  reconstruction,
  mask,
  shape,
  patchSize,
  epochs,
  contract,
  explained,
  trained,
}: Reconstruction) {
  const [, channels, times] = shape;
  const rows = (values: Float32Array | Uint8Array, length: number, w: number) =>
    Array.from({ length: channels }, (_, c) => {
      const start = (w * channels + c) * length;
      return Array.from(values.subarray(start, start + length), (v) => Number(v.toPrecision(7)));
    });
  return {
    trained,
    patchSize,
    sfreq: times / epochs[0].duration,
    channels: contract.used.map(({ name, sensor }, c) => ({ name, sensor, explained: explained[c] })),
    windows: epochs.map(({ onset, duration }, w) => ({
      onset,
      duration,
      original: rows(original, times, w),
      reconstruction: rows(reconstruction, times, w),
      hidden: rows(mask, times / patchSize, w),
    })),
  };
}

import { extname } from "node:path";
import { UsageError } from "../errors.ts";
import { withFiles } from "../formats/target/node.ts";
import type { Effects } from "./effects.ts";

/** Pixels across, so that small print stays readable on a screen of twice the density. */
const PNG_WIDTH = 2000;

/** @throws UsageError for a name that is neither .svg nor .png */
export function checkPictureName(path: string, flag: string): void {
  const extension = extname(path).toLowerCase();
  if (extension === ".svg" || extension === ".png") return;
  throw new UsageError({
    where: flag,
    what: "is no picture",
    expected: "a name with .svg or .png",
    got: extension || "none",
  });
}

/** Write a picture as SVG or PNG, by its name. */
export async function writePicture(effects: Effects, path: string, svg: string): Promise<void> {
  const bytes = extname(path).toLowerCase() === ".png" ? await pngOf(svg) : new TextEncoder().encode(svg);
  await withFiles([effects.createFile(path)], (file) => file.write(bytes));
}

async function pngOf(svg: string): Promise<Uint8Array> {
  const { svgToPng } = await import("../draw/node.ts");
  return svgToPng(svg, { width: PNG_WIDTH });
}

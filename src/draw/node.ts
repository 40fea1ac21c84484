import { createRequire } from "node:module";

export interface PngOptions {
  /** Pixels; the width of the SVG if not given. */
  readonly width?: number;
}

const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];

/**
 * An SVG as PNG, without a browser and with a font of its own: the same picture on every machine. Nothing outside the SVG is loaded.
 * @returns the bytes of the PNG file
 */
export async function svgToPng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js");
  const { resolve } = createRequire(import.meta.url);
  const image = new Resvg(svg, {
    font: {
      loadSystemFonts: false,
      fontFiles: FONTS.map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`)),
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
    fitTo: options.width === undefined ? { mode: "original" } : { mode: "width", value: options.width },
  });
  return image.render().asPng();
}

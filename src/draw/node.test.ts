import { describe, expect, it } from "vitest";
import { svgToPng } from "./node.ts";
import { recordingSvg } from "./recording.ts";

const picture = {
  title: "night.edf",
  channels: [
    {
      name: "FP1",
      unit: "uV",
      sensor: "eeg" as const,
      sfreq: 100,
      samples: Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i / 9)),
    },
  ],
  from: 0,
  duration: 10,
};

/** Width and height of the IHDR chunk. @see https://www.w3.org/TR/png/#11IHDR */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

describe("svgToPng", () => {
  it("makes a PNG of the size of the picture, or of the width asked for", async () => {
    const svg = recordingSvg(picture);
    const [width, height] = [1200, Number(/ height="(\d+)"/.exec(svg)![1])];
    const png = await svgToPng(svg);
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(sizeOf(png)).toEqual([width, height]);
    expect(sizeOf(await svgToPng(svg, { width: 600 }))).toEqual([600, Math.round(height / 2)]);
  });

  it("has letters on a machine without fonts, and the colours of its theme", async () => {
    const blank = await svgToPng(recordingSvg({ ...picture, title: " " }));
    const titled = await svgToPng(recordingSvg(picture));
    expect(titled.length).toBeGreaterThan(blank.length + 200);
    expect(await svgToPng(recordingSvg({ ...picture, theme: "dark" }))).not.toEqual(titled);
    expect(await svgToPng(recordingSvg({ ...picture, theme: "light" }))).toEqual(titled);
  });
});

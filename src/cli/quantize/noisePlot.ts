import { chartSvg } from "../../draw/chart.ts";
import { element, escapeText } from "../../draw/xml.ts";
import { nameAxis, valueAxis } from "../../evaluate/report/charts.ts";
import { plainColors, seriesColor } from "../../evaluate/report/style.ts";
import type { NetworkNoise } from "../../train/quantize/layerNoise.ts";

/** px */
const [WIDTH, ROW, HEADER, NAMES, BOTTOM] = [900, 13, 64, 330, 50];

/** Beyond what is drawn, dB: a layer that loses nothing has no end. */
const MOST = 100;

/** What each layer loses alone, and where all are rounded, as points; first layer on top. */
export async function noiseSvg({ layers }: NetworkNoise, title: string): Promise<string> {
  const series = [
    { name: "its own rounding, on exact operands", color: seriesColor(0), values: layers.map(({ alone }) => alone) },
    { name: "with all others rounded", color: seriesColor(1), values: layers.map(({ together }) => together) },
    { name: "logits, where it alone is rounded", color: seriesColor(2), values: layers.map(({ logits }) => logits) },
  ].filter(({ values }) => values.some((value) => value !== undefined));
  const height = layers.length * ROW + BOTTOM + 10;
  const names = nameAxis(
    layers.map(({ name }) => name),
    NAMES - 20,
  );
  const svg = await chartSvg(
    {
      grid: { left: NAMES, right: 30, top: 10, bottom: BOTTOM },
      xAxis: valueAxis("signal to quantisation noise of the output (dB)", { min: 0 }),
      yAxis: { ...names, axisLabel: { ...names.axisLabel, fontSize: 10 } },
      series: series.map(({ color, values }) => ({
        type: "scatter" as const,
        data: values.flatMap((value, i) => (value === undefined ? [] : [[Math.max(0, Math.min(MOST, value)), i]])),
        symbolSize: 7,
        silent: true,
        itemStyle: { color },
      })),
    },
    { width: WIDTH, height, title, id: "noise" },
  );
  const keys = series.map(({ name, color }, i) => {
    const x = 20 + i * 290;
    return element("circle", { cx: x, cy: 46, r: 4, fill: color }) + textAt(x + 10, 50, name, { "font-size": 12 });
  });
  const size = { width: WIDTH, height: height + HEADER };
  const root = { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${WIDTH} ${height + HEADER}`, ...size };
  const paper = element("rect", { ...size, fill: "#ffffff" });
  const heading = textAt(16, 26, title, { "font-weight": "bold", "font-size": 15 });
  const body = element("g", { transform: `translate(0 ${HEADER})` }, svg);
  return plainColors(element("svg", root, element("title", {}, escapeText(title)), paper, heading, ...keys, body));
}

const textAt = (x: number, y: number, text: string, style: Readonly<Record<string, string | number>>): string =>
  element(
    "text",
    { x, y, fill: "#17212b", "font-family": "system-ui, DejaVu Sans, sans-serif", ...style },
    escapeText(text),
  );

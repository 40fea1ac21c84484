import { type ChartFrame, type ChartOption, chartSvg } from "../../draw/chart.ts";
import { html, join, type Markup, raw } from "./markup.ts";
import { INK, MUTED } from "./style.ts";

/** What an axis may have that others have not. */
interface AxisChoice {
  readonly min?: number | ((range: { min: number; max: number }) => number);
  readonly max?: number | ((range: { min: number; max: number }) => number);
  readonly interval?: number;
  /** The axis need not hold 0. */
  readonly scale?: boolean;
  readonly nameGap?: number;
  /** Without numbers and lines: the axis is an order only. */
  readonly bare?: boolean;
}

/** Where a chart keeps its axes, px. */
export const GRID = { left: 62, right: 18, top: 14, bottom: 50 };

const TEXT = { color: MUTED, fontSize: 12, fontFamily: "system-ui, sans-serif" };

/** A numeric axis with its name in the middle. */
export const valueAxis = (name: string, { bare = false, ...choice }: AxisChoice = {}) => ({
  type: "value" as const,
  name,
  nameLocation: "middle" as const,
  nameGap: 30,
  nameTextStyle: { ...TEXT, color: INK },
  axisLabel: { ...TEXT, hideOverlap: true, show: !bare },
  axisLine: { show: true, onZero: false, lineStyle: { color: MUTED, width: 1 } },
  axisTick: { show: !bare, lineStyle: { color: MUTED } },
  splitLine: { show: !bare, lineStyle: { color: "var(--grid,#e7ebf0)" } },
  ...choice,
});

/** An axis from 0 to 1. */
export const shareAxis = (name: string) => valueAxis(name, { min: 0, max: 1, interval: 0.2 });

/** The same axis upright: its name is further from its numbers. */
export const upright = <A>(axis: A, nameGap = 42): A & { nameGap: number } => ({ ...axis, nameGap });

/** An axis of names, top to bottom. */
export const nameAxis = (names: readonly string[], width: number) => ({
  type: "category" as const,
  data: [...names],
  inverse: true,
  axisLabel: { ...TEXT, color: INK, width, overflow: "truncate" as const, interval: 0 },
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { show: true, lineStyle: { color: "var(--grid,#e7ebf0)" } },
});

/** An axis of steps, left to right. */
export const stepAxis = (steps: readonly string[]) => ({
  type: "category" as const,
  data: [...steps],
  boundaryGap: false,
  axisLabel: { ...TEXT, color: INK, interval: 0 },
  axisLine: { onZero: false, lineStyle: { color: MUTED, width: 1 } },
  axisTick: { alignWithLabel: true, lineStyle: { color: MUTED } },
});

/** A dashed guide between two points. */
export const guide = (from: readonly number[], to: readonly number[], color = MUTED) => ({
  type: "line" as const,
  data: [[...from], [...to]],
  symbol: "none",
  silent: true,
  z: 1,
  lineStyle: { color, width: 1, type: "dashed" as const },
});

export interface LegendEntry {
  readonly color: string;
  readonly text: string;
  /** "line" if not given. */
  readonly mark?: "line" | "dashed" | "dot" | "area";
}

/** A chart with a heading above and its legend below, as text that wraps instead of being cut. */
export async function figure(
  frame: ChartFrame,
  option: ChartOption,
  legend: readonly LegendEntry[],
  note = "",
): Promise<Markup> {
  const svg = raw(await chartSvg(option, frame));
  const keys = legend.map(
    ({ color, text, mark = "line" }) => html`<li><i class="${mark}" style="--key:${color}"></i>${text}</li>`,
  );
  return html`<figure>
<figcaption>${frame.title}</figcaption>
${svg}
${legend.length === 0 ? "" : html`<ul class="legend">${join(keys)}</ul>`}
${note === "" ? "" : html`<p class="note">${note}</p>`}
</figure>`;
}

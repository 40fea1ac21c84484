import { textAt } from "./text.ts";
import { timeTicks } from "./ticks.ts";
import { element } from "./xml.ts";

/** The rectangle that the traces are drawn in, px, and the time that it shows, s. */
export interface Plot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly duration: number;
}

/** Height of the labels below the plot, px. */
export const AXIS = 30;

/** x of a time. */
export const xOf = ({ x, width, from, duration }: Plot, time: number): number => x + ((time - from) / duration) * width;

/** Vertical grid lines and their times below the plot. */
export function timeAxis(plot: Plot): string[] {
  const { x, y, width, height, from, duration } = plot;
  const bottom = y + height;
  const ticks = timeTicks(from, duration, Math.floor(width / 90));
  const places = ticks.map(({ time }) => xOf(plot, time).toFixed(1));
  const grid = places.map((at) => `M${at} ${y}V${bottom}`).join("");
  const marks = places.map((at) => `M${at} ${bottom}v5`).join("");
  return [
    element("path", { class: "line grid", d: grid }),
    element("path", { class: "line axis", d: `M${x} ${bottom}H${x + width}${marks}` }),
    ...ticks.map(({ label }, i) => textAt(Number(places[i]), bottom + 19, label, { class: "muted", anchor: "middle" })),
  ];
}

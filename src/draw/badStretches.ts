import type { Row } from "./rows.ts";
import { type Plot, xOf } from "./timeAxis.ts";
import { element } from "./xml.ts";

/** A stretch of a channel that should not be trusted. */
export interface BadStretch {
  /** Index of the channel as it was given; all channels if not given. */
  readonly channel?: number;
  /** Seconds from the start of the recording. */
  readonly onset: number;
  /** Seconds. */
  readonly duration: number;
  /** "flat", "clipped", … */
  readonly flags: readonly string[];
}

/** Rectangles behind the bad stretches of every row; stretches that are close to each other at this scale become one. */
export function shadeBad(plot: Plot, rows: readonly Row[], bad: readonly BadStretch[]): string[] {
  const apart = Math.max(2, (plot.width * rows.length) / 6000); // px: bounds the rectangles of a picture to about 3000
  const d = rows
    .map((row) => {
      const own = bad.filter(({ channel }) => channel === undefined || channel === row.index);
      const top = plot.y + row.y - row.height / 2;
      return merged(plot, own, apart)
        .map(([left, right]) => `M${left.toFixed(1)} ${top}H${right.toFixed(1)}v${row.height}H${left.toFixed(1)}z`)
        .join("");
    })
    .join("");
  return d === "" ? [] : [element("path", { class: "bad", d })];
}

/** Their reasons, for the small print: "Shaded: flat, mains50". */
export function badReasons(plot: Plot, bad: readonly BadStretch[]): string[] {
  const seen = bad.filter(({ onset, duration }) => onset < plot.from + plot.duration && onset + duration > plot.from);
  const flags = [...new Set(seen.flatMap((stretch) => stretch.flags))].sort();
  return seen.length === 0 ? [] : [`Shaded: ${flags.map(flagText).join(", ") || "bad quality"}`];
}

const flagText = (flag: string): string => flag.replace(/^mains(\d+)$/, "mains $1 Hz");

/** Left and right ends on the plot, px, in order, none closer than `apart` to the next. */
function merged(plot: Plot, stretches: readonly BadStretch[], apart: number): [number, number][] {
  const right = plot.x + plot.width;
  const spans = stretches
    .map(({ onset, duration }): [number, number] => [
      Math.max(plot.x, xOf(plot, onset)),
      Math.min(right, xOf(plot, onset + duration)),
    ])
    .filter(([start, end]) => end > start)
    .sort((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [start, end] of spans) {
    const last = out.at(-1);
    if (last !== undefined && start - last[1] < apart) last[1] = Math.max(last[1], end);
    else out.push([start, Math.min(right, Math.max(end, start + 1))]);
  }
  return out;
}

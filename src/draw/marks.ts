import type { Annotation } from "../signal/recording.ts";
import { fitText, textAt, textWidth } from "./text.ts";
import { type Plot, xOf } from "./timeAxis.ts";
import { element } from "./xml.ts";

/** Annotations as they will be drawn. */
export interface Marks {
  /** Lines of labels above the plot: 0, 1 or 2. */
  readonly lanes: number;
  /** Annotations without a label, for lack of room. */
  readonly unlabelled: number;
  readonly labels: readonly PlacedLabel[];
  /** x of every line, px. */
  readonly lines: readonly number[];
  /** Left and right end of annotations with a duration, px. */
  readonly bands: readonly (readonly [number, number])[];
}

interface PlacedLabel {
  readonly text: string;
  /** Left end of the text, px. */
  readonly x: number;
  readonly lane: number;
}

/** Height of a lane of labels, px. */
export const LANE = 16;

const LABEL_WIDTH = 150; // px, at most
const LABEL_GAP = 7; // px
const LABEL_ROOM = 18; // px of the plot's width for each label, in two lanes
const MOST_LINES = 40; // more would hide the traces: they become ticks above the plot

/** Decide which annotations have room for a label. */
export function planMarks(plot: Plot, annotations: readonly Annotation[]): Marks {
  const inside = annotations.filter(({ onset, duration }) => isInside(plot, onset, duration));
  const lanes: [number, number][][] = [[], []];
  const labels = worthLabels(inside, plot.width / LABEL_ROOM).flatMap((one) => placeLabel(plot, one, lanes) ?? []);
  return {
    lanes: lanes.filter((lane) => lane.length > 0).length,
    unlabelled: inside.length - labels.length,
    labels: labels.sort((a, b) => a.x - b.x || a.lane - b.lane),
    lines: spaced(inside.filter(({ onset }) => onset >= plot.from).map(({ onset }) => xOf(plot, onset))),
    bands: spaced2(inside.flatMap((annotation) => bandOf(plot, annotation) ?? [])),
  };
}

/** Annotations by text, rare texts first, as many texts as `most` annotations allow: one odd beat among many normal ones keeps its label. */
function worthLabels(annotations: readonly Annotation[], most: number): Annotation[] {
  const groups = new Map<string, Annotation[]>();
  for (const annotation of annotations) {
    const group = groups.get(annotation.text);
    if (group === undefined) groups.set(annotation.text, [annotation]);
    else group.push(annotation);
  }
  const out: Annotation[] = [];
  for (const group of [...groups.values()].sort((a, b) => a.length - b.length)) {
    if (out.length > 0 && out.length + group.length > most) break;
    out.push(...group.slice(0, Math.ceil(most)));
  }
  return out;
}

const isInside = ({ from, duration }: Plot, onset: number, length: number): boolean =>
  onset < from + duration && (onset >= from || onset + length > from);

function placeLabel(plot: Plot, { onset, text }: Annotation, lanes: [number, number][][]): PlacedLabel | undefined {
  const label = fitText(text, LABEL_WIDTH, 10);
  if (label === "") return undefined;
  const width = textWidth(label, 10);
  const at = Math.max(plot.x, xOf(plot, onset));
  const wanted = [...label].length <= 2 ? at - width / 2 : at - 3;
  const x = Math.min(wanted, plot.x + plot.width - width);
  const lane = lanes.findIndex((taken) =>
    taken.every(([left, right]) => x > right + LABEL_GAP || x + width < left - LABEL_GAP),
  );
  if (lane < 0) return undefined;
  lanes[lane].push([x, x + width]);
  return { text: label, x, lane };
}

/** Lines no closer than 2 px. */
function spaced(xs: readonly number[]): number[] {
  const out: number[] = [];
  for (const x of [...xs].sort((a, b) => a - b)) if (out.length === 0 || x - out.at(-1)! >= 2) out.push(x);
  return out;
}

/** Nothing where it would cover the whole plot, or would be no wider than its line. */
function bandOf(plot: Plot, { onset, duration }: Annotation): [readonly [number, number]] | undefined {
  const left = Math.max(plot.x, xOf(plot, onset));
  const right = Math.min(plot.x + plot.width, xOf(plot, onset + duration));
  return right - left < 2 || right - left > 0.97 * plot.width ? undefined : [[left, right]];
}

/** Bands that start at least 2 px after the one before. */
function spaced2(bands: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const sorted = [...bands].sort((a, b) => a[0] - b[0]);
  return sorted.filter(([left], i) => i === 0 || left - sorted[i - 1][0] >= 2);
}

/** Bands and lines: behind the traces. */
export function markLines({ y, height }: Plot, { lines, bands }: Marks): string[] {
  if (lines.length === 0 && bands.length === 0) return [];
  const ticks = lines.length > MOST_LINES;
  const d = lines.map((x) => `M${x.toFixed(1)} ${y - 4}v${ticks ? 6 : height + 4}`).join("");
  const shade = ticks
    ? []
    : bands.map(([left, right]) => `M${left.toFixed(1)} ${y}H${right.toFixed(1)}v${height}H${left.toFixed(1)}z`);
  return [
    ...(shade.length === 0 ? [] : [element("path", { class: "marked band", d: shade.join("") })]),
    element("path", { class: `line mark${ticks ? "" : " dashed"}`, d }),
  ];
}

/** Labels above the plot, the first lane lowest. */
export const markLabels = ({ y }: Plot, { labels }: Marks): string[] =>
  labels.map(({ text, x, lane }) => textAt(x, y - 8 - lane * LANE, text, { class: "small marked" }));

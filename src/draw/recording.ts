import { UsageError } from "../errors.ts";
import type { Annotation } from "../signal/recording.ts";
import { type BadStretch, badReasons, shadeBad } from "./badStretches.ts";
import { FOOTER, framed, HEADER, MARGIN } from "./frame.ts";
import { LANE, markLabels, markLines, planMarks } from "./marks.ts";
import { type DrawnChannel, layRows, type Row, type ScaleBar } from "./rows.ts";
import { fitText, textAt, textWidth } from "./text.ts";
import type { Hue, Theme } from "./theme.ts";
import { AXIS, type Plot, timeAxis } from "./timeAxis.ts";
import { tracePath } from "./tracePath.ts";
import { element } from "./xml.ts";

/** A stretch of a recording to be drawn. */
export interface RecordingPicture {
  readonly title: string;
  /** Channels, rates and times if not given. */
  readonly subtitle?: string;
  /** Sample 0 of every channel stands at `from`. */
  readonly channels: readonly DrawnChannel[];
  /** Seconds from the start of the recording. */
  readonly from: number;
  /** Seconds. */
  readonly duration: number;
  /** Those outside the stretch are left out. */
  readonly annotations?: readonly Annotation[];
  readonly bad?: readonly BadStretch[];
  /** px; 1200 if not given. */
  readonly width?: number;
  readonly theme?: Theme;
  /** For the small print. */
  readonly notes?: readonly string[];
}

/** Channels that a picture shows; the rest is named as a number. */
const MOST_CHANNELS = 256;

/** Columns of all traces together: bounds the file to below 500 kB, at 8 bytes for each of two points a column. */
const MOST_COLUMNS = 24_000;

const [LABELS_MOST, SCALES] = [150, 66]; // px

/**
 * Stacked traces with labels, time axis, scale bars, annotations and bad stretches. Below 500 kB whatever the length: each column of
 * pixels holds the lowest and highest sample. A trace that leaves its row by more than the next one's middle is cut off there.
 * @throws UsageError when there is nothing to draw
 */
export function recordingSvg(picture: RecordingPicture): string {
  const panel = laySignals(picture);
  const { plot } = panel;
  const frame = {
    width: picture.width ?? WIDTH,
    height: plot.y + plot.height + AXIS + FOOTER,
    title: picture.title,
    subtitle: picture.subtitle ?? describe(picture),
    legend: legendOf(panel.rows),
    notes: [...panel.notes, ...(picture.notes ?? [])],
    theme: picture.theme,
  };
  return framed(frame, [...timeAxis(plot), ...panel.marks()]);
}

const WIDTH = 1200; // px, where no other is asked for

/** Traces with their place in a picture. */
export interface SignalPanel {
  readonly plot: Plot;
  readonly rows: readonly Row[];
  /** Width of the column of labels left of the plot, px. */
  readonly labels: number;
  /** For the small print. */
  readonly notes: readonly string[];
  /** Everything but grid and time axis, which belong behind it. */
  marks(): string[];
}

/**
 * Lay the traces out below the header of a picture.
 * @param labelsAtLeast px that the labels of other panels need
 * @throws UsageError when there is nothing to draw
 */
export function laySignals(picture: RecordingPicture, labelsAtLeast = 0): SignalPanel {
  const { from, duration, annotations = [], bad = [], width = WIDTH } = picture;
  checkPicture(picture);
  const { rows, scaleBars, height } = layRows(picture.channels.slice(0, MOST_CHANNELS));
  const widest = rows.reduce((most, { label }) => Math.max(most, 14 + textWidth(label, 11)), labelsAtLeast);
  const labels = Math.min(LABELS_MOST, widest);
  const across = { x: MARGIN + labels, width: width - 2 * MARGIN - labels - SCALES, from, duration };
  const marks = planMarks({ ...across, y: 0, height }, annotations);
  const plot: Plot = { ...across, y: HEADER + (marks.lanes === 0 ? 8 : 10 + marks.lanes * LANE), height };
  return {
    plot,
    rows,
    labels,
    notes: [
      ...badReasons(plot, bad),
      ...(marks.unlabelled > 0 ? [`${marks.unlabelled} annotations without label`] : []),
      ...(picture.channels.length > rows.length ? [`${rows.length} of ${picture.channels.length} channels shown`] : []),
    ],
    marks: () => [
      ...shadeBad(plot, rows, bad),
      ...markLines(plot, marks),
      ...traces(plot, rows),
      ...rowLabels(plot, rows, labels),
      ...scaleBars.flatMap((bar) => drawScaleBar(plot, bar)),
      ...markLabels(plot, marks),
    ],
  };
}

function checkPicture({ channels, duration, from }: RecordingPicture): void {
  if (channels.length === 0) {
    throw new UsageError({ where: "picture", what: "has no channels", todo: "Name at least one channel" });
  }
  if (!(duration > 0 && Number.isFinite(duration) && Number.isFinite(from))) {
    throw new UsageError({
      where: "picture",
      what: "has no duration",
      expected: "seconds above 0",
      got: `${duration} s from ${from} s`,
    });
  }
}

function describe({ channels, from, duration }: RecordingPicture): string {
  const rates = [...new Set(channels.map(({ sfreq }) => Number(sfreq.toFixed(2))))].sort((a, b) => a - b);
  const shown = rates.length > 4 ? `${rates[0]} to ${rates.at(-1)}` : rates.join(", ");
  const end = Number((from + duration).toFixed(2));
  return `${channels.length} ${channels.length === 1 ? "channel" : "channels"}  ·  ${shown} Hz  ·  ${Number(from.toFixed(2))} to ${end} s`;
}

const HUE_NAMES: Readonly<Record<Hue, string>> = { eeg: "EEG", ecg: "ECG", ppg: "PPG", other: "Other" };

/** The colours of the sensors, with the number of channels of each. */
export function legendOf(rows: readonly { readonly hue: Hue }[]): { hue: Hue; text: string }[] {
  return [...new Set(rows.map(({ hue }) => hue))].map((hue) => ({
    hue,
    text: `${HUE_NAMES[hue]} ${rows.filter((row) => row.hue === hue).length}`,
  }));
}

function traces(plot: Plot, rows: readonly Row[]): string[] {
  const columns = Math.floor(Math.min(plot.width, MOST_COLUMNS / rows.length));
  const paths = rows.map(({ channel, hue, y, center, gain, reach }) => {
    const perSample = plot.width / (plot.duration * channel.sfreq);
    const box = { x: plot.x, perSample, y: plot.y + y, center, gain, reach, columns };
    const whole = Math.min(channel.samples.length, Math.ceil(plot.duration * channel.sfreq + 1e-6));
    return element("path", { class: `stroke-${hue}`, d: tracePath(firstOf(channel.samples, whole), box) });
  });
  return [element("g", { class: "traces", transform: "scale(.1)" }, ...paths)];
}

/** The first `count` samples, without a copy. */
export const firstOf = (samples: ArrayLike<number>, count: number): ArrayLike<number> =>
  samples.length <= count
    ? samples
    : "subarray" in samples
      ? (samples as Float64Array).subarray(0, count)
      : Array.prototype.slice.call(samples, 0, count);

/** Names, left of their rows. */
export const rowLabels = (plot: Plot, rows: readonly Row[], width: number): string[] =>
  rows.map(({ label, hue, y }) =>
    textAt(plot.x - 12, plot.y + y + 4, fitText(label, width - 12, 11), { class: `fill-${hue}`, anchor: "end" }),
  );

/** Right of the plot. */
export function drawScaleBar(plot: Plot, { hue, y, height, text }: ScaleBar): string[] {
  const x = plot.x + plot.width + 12;
  const [top, middle] = [plot.y + y - height / 2, plot.y + y];
  return [
    element("path", {
      class: `line stroke-${hue}`,
      d: `M${x - 3} ${top.toFixed(1)}h6M${x - 3} ${(top + height).toFixed(1)}h6M${x} ${top.toFixed(1)}v${height.toFixed(1)}`,
    }),
    textAt(x + 8, middle + 4, fitText(text, 56, 10), { class: "small muted" }),
  ];
}

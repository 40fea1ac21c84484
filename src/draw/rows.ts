import { sharedHeight, spanOf } from "./amplitude.ts";
import { unitText } from "./text.ts";
import type { Hue } from "./theme.ts";
import { niceFloor } from "./ticks.ts";

/** One channel of a picture. */
export interface DrawnChannel {
  readonly name: string;
  /** Unit of the samples as the contract or the file spells it; "" or "a.u." where it is unknown. */
  readonly unit: string;
  /** "other" if not given. */
  readonly sensor?: Hue;
  /** NaN where nothing was recorded. */
  readonly samples: ArrayLike<number>;
  /** Samples per second (Hz). */
  readonly sfreq: number;
}

/** A channel with its place in the picture. */
export interface Row {
  readonly channel: DrawnChannel;
  /** Index of the channel as it was given. */
  readonly index: number;
  readonly hue: Hue;
  readonly label: string;
  /** Middle of the row, px from the top of the plot. */
  readonly y: number;
  readonly height: number;
  /** Value drawn at `y`. */
  readonly center: number;
  /** px per unit. */
  readonly gain: number;
  /** Farthest that the trace may go above and below `y`, px: to its neighbours' middle, and not out of the plot. */
  readonly reach: readonly [up: number, down: number];
}

/** A bar of a known height beside the rows that share its scale. */
export interface ScaleBar {
  readonly hue: Hue;
  /** Middle, px from the top of the plot. */
  readonly y: number;
  /** px */
  readonly height: number;
  readonly text: string;
}

/** Weight of a row's height, how much of its row a typical trace takes, and which of the heights of a group is its typical one. */
const SHAPE: Readonly<Record<Hue, { weight: number; fill: number; share: number }>> = {
  eeg: { weight: 1, fill: 0.9, share: 0.8 },
  ecg: { weight: 1.6, fill: 0.86, share: 1 },
  ppg: { weight: 1.6, fill: 0.8, share: 1 },
  other: { weight: 1.2, fill: 0.8, share: 1 },
};

/** From so many rows on, traces stand close, as on paper: each may reach into its neighbours. */
const CROWD = 8;
const CROWD_FILL: Readonly<Partial<Record<Hue, number>>> = { eeg: 1.25, ecg: 1.1 };

const [LEAST_ROW, MOST_ROW, WANTED_HEIGHT] = [24, 88, 640]; // px

export interface Rows {
  readonly rows: readonly Row[];
  readonly scaleBars: readonly ScaleBar[];
  /** px */
  readonly height: number;
}

/** Lay out channels below each other, those of one sensor together. Channels of one sensor and one known unit share a scale. */
export function layRows(channels: readonly DrawnChannel[]): Rows {
  const order = bySensor(channels);
  const { tops, heights, height } = stack(order.map(({ hue }) => hue));
  const nHues = new Set(order.map(({ hue }) => hue)).size;
  const spans = order.map(({ channel }) => spanOf(channel.samples, channel.sfreq));
  const groups = order.map(({ channel, hue, index }) => scaleGroup(channel, hue, index));
  const rows = order.map(({ channel, hue, index }, i): Row => {
    const y = tops[i] + heights[i] / 2;
    const shared = spans.filter((_, j) => groups[j] === groups[i]).map((span) => span.height);
    const tallest = sharedHeight(shared, SHAPE[hue].share);
    const fill = fillOf(hue, order.filter((row) => row.hue === hue).length);
    return {
      channel,
      index,
      hue,
      label: channelLabel(channel.name, hue, nHues),
      y,
      height: heights[i],
      center: spans[i].center,
      gain: tallest > 0 ? (fill * heights[i]) / tallest : 0,
      reach: [Math.min(0.98 * heights[i], y), Math.min(0.98 * heights[i], height - y)],
    };
  });
  return { rows, height, scaleBars: scaleBars(rows, groups) };
}

/** Tops and heights of rows, px; with room for the first row's peaks and below the last where traces leave their rows. */
function stack(hues: readonly Hue[]) {
  const weights = hues.map((hue) => SHAPE[hue].weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const unit = Math.min(MOST_ROW, Math.max(LEAST_ROW, WANTED_HEIGHT / total));
  const heights = weights.map((weight) => Math.round(weight * unit));
  const fill = fillOf(hues[0], hues.filter((hue) => hue === hues[0]).length);
  const edge = Math.round(Math.max(0, fill - 1) * heights[0]);
  const tops: number[] = [];
  let top = edge;
  for (const height of heights) {
    tops.push(top);
    top += height;
  }
  return { tops, heights, height: top + edge };
}

const fillOf = (hue: Hue, count: number): number =>
  count >= CROWD ? (CROWD_FILL[hue] ?? SHAPE[hue].fill) : SHAPE[hue].fill;

/** Among other sensors a lead says that it is one: "ECG I". */
export const channelLabel = (name: string, hue: Hue, nHues: number): string =>
  hue === "ecg" && nHues > 1 && !/ecg|ekg/i.test(name) ? `ECG ${name}` : name;

/** Sensors in the order in which they first come. */
function bySensor(channels: readonly DrawnChannel[]) {
  const all = channels.map((channel, index) => ({ channel, index, hue: channel.sensor ?? ("other" as const) }));
  const hues = [...new Set(all.map(({ hue }) => hue))];
  return hues.flatMap((hue) => all.filter((row) => row.hue === hue));
}

/** Channels of an unknown unit have a scale of their own. */
function scaleGroup({ unit }: DrawnChannel, hue: Hue, index: number): string {
  return unit === "" || unit === "a.u." ? `${index}` : `${hue} ${unit}`;
}

/** One bar for a group, beside the row in its middle. */
function scaleBars(rows: readonly Row[], groups: readonly string[]): ScaleBar[] {
  return [...new Set(groups)].flatMap((group) => {
    const members = rows.filter((_, i) => groups[i] === group);
    const { hue, gain, y, height, channel } = members[(members.length - 1) >> 1];
    if (gain === 0) return [];
    const value = niceFloor((0.8 * height) / gain);
    return [{ hue, y, height: value * gain, text: `${numberText(value)} ${unitText(channel.unit)}` }];
  });
}

const numberText = (value: number): string =>
  value >= 1e5 || value < 1e-3 ? value.toExponential(0).replace("e+", "e") : String(value);

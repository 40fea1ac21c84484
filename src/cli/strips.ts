import { stripChart, type TerminalColor } from "../draw/stripChart.ts";
import type { Contract, Recording, Sensor } from "../signal/index.ts";
import type { Terminal } from "./effects.ts";
import type { TimeRange } from "./flags.ts";
import type { Strip } from "./inspectReport.ts";
import { significant } from "./text.ts";

/** Seconds drawn unless a range is asked for, and the most that are drawn. */
const [USUAL, MOST] = [10, 600];
/** Labels longer than this are cut. */
const LABEL = 14;
const SPAN = 16;

const COLORS: Readonly<Record<Sensor, TerminalColor>> = { eeg: "blue", ecg: "red", ppg: "green" };

/** The stretch of a segment that a range names: its start, the usual length if the range has no end. */
function stretchOf({ segments }: Pick<Recording, "segments">, range: TimeRange = {}) {
  const start = range.from ?? segments[0]?.onset ?? 0;
  const segment = segments.findIndex(({ onset, duration }) => onset + duration > start);
  if (segment < 0) return undefined;
  const { onset, duration } = segments[segment];
  const from = Math.max(0, start - onset);
  const length = Math.min(MOST, range.to === undefined ? USUAL : range.to - onset - from);
  const to = Math.min(duration, from + length);
  return to > from ? { segment, onset, from, to } : undefined;
}

/** Every channel that is used (every one, if none is) as terminal graphics. */
export async function drawStrips(
  recording: Recording,
  contract: Contract | undefined,
  range: TimeRange | undefined,
  { columns, color }: Terminal,
): Promise<Strip | undefined> {
  const stretch = stretchOf(recording, range);
  if (stretch === undefined) return undefined;
  const { segment, onset, from, to } = stretch;
  const sensors = new Map(
    contract?.used.flatMap(({ plus, minus, sensor }) => [
      [plus, sensor],
      [minus, sensor],
    ]),
  );
  const channels = recording.channels.map((_, i) => i).filter((i) => contract === undefined || sensors.has(i));
  const samples = await recording.read({ segment, channels, from, to });
  const labels = channels.map((c) => cut(recording.channels[c].label, LABEL));
  const labelWidth = labels.reduce((most, label) => Math.max(most, label.length), 0);
  const width = Math.max(10, columns - labelWidth - SPAN - 5);
  const charts = channels.map((c, i) => {
    const sensor = sensors.get(c);
    const chart = stripChart({
      samples: samples[i],
      width,
      height: channels.length > 4 ? 1 : channels.length > 1 ? 2 : 4,
      color: color ? (sensor === undefined ? "gray" : COLORS[sensor as Sensor]) : undefined,
    });
    return { label: labels[i], lines: chart.split("\n"), span: spanText(samples[i], recording.channels[c].unit) };
  });
  return { from: onset + from, to: onset + to, charts };
}

const cut = (label: string, most: number): string => (label.length > most ? `${label.slice(0, most - 1)}…` : label);

/** Highest minus lowest value, with the unit. */
function spanText(samples: Float64Array, unit: string): string {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of samples) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high >= low ? cut(`${significant(high - low)} ${unit}`.trim(), SPAN) : "no samples";
}

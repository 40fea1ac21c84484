import { UsageError } from "../errors.ts";
import type { PredictResult } from "../runtime/prediction/predictResult.ts";
import { attentionPanel } from "./attention.ts";
import type { BadStretch } from "./badStretches.ts";
import { classLabels, classPanel, endsOf, type OutputPanel, percentText } from "./classPanel.ts";
import { FOOTER, framed, MARGIN } from "./frame.ts";
import { cellsOf, type PredictedCell } from "./predictedCells.ts";
import { laySignals, legendOf, type RecordingPicture } from "./recording.ts";
import { textAt } from "./text.ts";
import type { Theme } from "./theme.ts";
import { AXIS, type Plot, timeAxis } from "./timeAxis.ts";
import { VALUE_LABELS, valuePanel } from "./valuePanel.ts";
import { element } from "./xml.ts";

/** What is drawn of a prediction. */
export type PredictionData = Pick<
  PredictResult,
  "windows" | "task" | "outputs" | "summary" | "contract" | "attention" | "reduced" | "trained"
>;

export interface PredictionView {
  readonly title?: string;
  /** px; 1200 if not given. */
  readonly width?: number;
  readonly theme?: Theme;
}

/** Height of the line that says what a panel shows, px. */
const HEADING = 34;

/**
 * Signals, outputs over the same time axis, and where the queries look if that was asked for. Shaded are channels that something is wrong
 * with, and windows that do not count.
 * @param signals of `pictureOfRecording`, with the contract of the prediction
 * @throws UsageError for a prediction without task
 */
export function predictionSvg(result: PredictionData, signals: RecordingPicture, view: PredictionView = {}): string {
  const { task, outputs, summary } = result;
  if (task === undefined || outputs === undefined || summary === undefined) throw needsTask();
  const width = view.width ?? signals.width ?? 1200;
  const { spec } = task;
  const isValue = spec.kind === "regression";
  const panel = laySignals({ ...signals, width, bad: badChannels(result) }, isValue ? VALUE_LABELS : classLabels(spec));
  const cells = cellsOf({ windows: result.windows, outputs }, spec);
  const below = isValue ? valuePanel(cells, spec.unit ?? "", summary) : classPanel(cells, spec, summary);
  const top = panel.plot.y + panel.plot.height + HEADING;
  const plot: Plot = { ...panel.plot, y: top, height: below.height };
  const whole: Plot = { ...panel.plot, height: top + below.height - panel.plot.y };
  const looks = attentionOf(result, width, top + below.height + AXIS);
  const frame = {
    width,
    height: top + below.height + AXIS + looks.height + FOOTER,
    title: view.title ?? `${signals.title}: ${task.name}`,
    subtitle: subtitleOf(result, signals),
    legend: legendOf(panel.rows),
    notes: [...panel.notes, ...below.notes, ...intervalNote(result), ...leftOutNote(result)],
    warning: warningOf(result),
    theme: view.theme ?? signals.theme,
  };
  return framed(frame, [
    ...timeAxis(whole),
    ...panel.marks(),
    textAt(plot.x, top - 12, headingOf(result), { class: "small muted" }),
    ...notCounting(plot, cells),
    ...below.marks(plot),
    ...looks.marks,
  ]);
}

const needsTask = (): UsageError =>
  new UsageError({
    where: "predictionSvg",
    what: "has nothing to draw",
    expected: "a prediction with a task",
    todo: "Load weights that say what task they are for",
  });

/** Channels to shade, window by window. */
function badChannels({ windows, contract }: PredictionData): BadStretch[] {
  const index = new Map(contract.used.map(({ name }, c) => [name, c]));
  return windows.flatMap(({ onset, duration, flagged }) =>
    flagged.map(({ name, flags }) => ({ channel: index.get(name), onset, duration, flags })),
  );
}

function attentionOf(
  { attention, contract }: PredictionData,
  width: number,
  y: number,
): Pick<OutputPanel, "height"> & { marks: string[] } {
  if (attention === undefined) return { height: 0, marks: [] };
  const { marks, height } = attentionPanel({ ...attention, channels: contract.used, width }, y + HEADING);
  const heading = "Where the queries look: share of each channel, mean over windows and patches";
  return {
    height: height + HEADING,
    marks: [textAt(MARGIN, y + HEADING - 6, heading, { class: "small muted" }), ...marks],
  };
}

const headingOf = ({ task }: PredictionData): string => {
  const { kind, unit } = task!.spec;
  if (kind === "regression") return `${task!.name}${unit ? ` in ${unit}` : ""}; dashed: mean of the recording`;
  const decided = kind === "multilabel" ? "it is 50 % or more" : "the class is the likeliest";
  return `Probability of each ${kind === "multilabel" ? "label" : "class"}, 0 to 100 %; strong where ${decided}`;
};

function subtitleOf({ task, summary, windows }: PredictionData, { channels }: RecordingPicture): string {
  const { outputs, decided } = summary!;
  const said = outputs.flatMap(({ name, mean }) =>
    decided.includes(name) && mean !== null ? [`${name} ${percentText(mean)}`] : [],
  );
  const { spec } = task!;
  const answer = spec.kind === "regression" ? [] : [said.join(", ") || "no label of 50 % or more"];
  const count = `${windows.length} ${windows.length === 1 ? "window" : "windows"} of ${Number(windows[0].duration.toFixed(3))} s`;
  return [...answer, spec.title, count, `${channels.length} channels, unfiltered`]
    .filter((part) => part !== "")
    .join("  ·  ");
}

const intervalNote = ({ summary }: PredictionData): string[] =>
  summary!.outputs.some(({ low }) => low !== null) ? ["Right: mean, 95 % interval over windows"] : ["Right: mean"];

const leftOutNote = ({ summary }: PredictionData): string[] =>
  summary!.leftOut > 0 ? [`${summary!.leftOut} windows with every channel bad do not count`] : [];

function warningOf({ trained, reduced }: PredictionData): string | undefined {
  if (!trained) return "Untrained weights: these outputs have no meaning";
  if (reduced === undefined) return undefined;
  const without = [
    ...reduced.sensors.map((sensor) => sensor.toUpperCase()),
    ...(reduced.channels.length > 0 ? [`${reduced.channels.length} of ${reduced.of} training channels`] : []),
  ];
  return `Reduced answer: without ${without.join(", ")}`;
}

/** Shaded over the whole panel. */
function notCounting(plot: Plot, cells: readonly PredictedCell[]): string[] {
  const d = cells
    .filter(({ counts }) => !counts)
    .map(({ from, to }) => {
      const [left, right] = endsOf(plot, from, to);
      return `M${left.toFixed(1)} ${plot.y}H${right.toFixed(1)}v${plot.height}H${left.toFixed(1)}z`;
    })
    .join("");
  return d === "" ? [] : [element("path", { class: "bad", d })];
}

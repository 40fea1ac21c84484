import { UsageError } from "../errors.ts";
import type { Reconstruction } from "../runtime/reconstruct.ts";
import type { Contract, UsedChannel } from "../signal/contract.ts";
import { FOOTER, framed, HEADER, MARGIN } from "./frame.ts";
import { drawScaleBar, legendOf, rowLabels } from "./recording.ts";
import { layRows, type Row } from "./rows.ts";
import { textAt, textWidth } from "./text.ts";
import type { Theme } from "./theme.ts";
import { AXIS, type Plot, timeAxis } from "./timeAxis.ts";
import { tracePath } from "./tracePath.ts";
import { element } from "./xml.ts";

export interface ReconstructionView {
  /** Index of the window; 0 if not given. */
  readonly window?: number;
  /** Names of the channels shown; all if not given. */
  readonly channels?: readonly string[];
  readonly title?: string;
  /** px; 1200 if not given. */
  readonly width?: number;
  readonly theme?: Theme;
}

/** What a picture needs of a reconstruction. */
export type ReconstructionData = Pick<
  Reconstruction,
  "original" | "reconstruction" | "shape" | "mask" | "patchSize" | "epochs" | "explained" | "trained"
>;

const [MOST_CHANNELS, MOST_COLUMNS] = [128, 12_000];
const [LABELS, RIGHT] = [96, 150]; // px

/**
 * One window: the original grey, the reconstruction in colour over the patches that were hidden from the model, and how much of their
 * variance it explains in each channel, over all windows.
 * @throws UsageError for a window or channel that is not there
 */
export function reconstructionSvg(
  data: ReconstructionData,
  contract: Pick<Contract, "used">,
  view: ReconstructionView = {},
): string {
  const { window = 0, width = 1200 } = view;
  const epoch = data.epochs[window];
  if (epoch === undefined) {
    throw missing("option window", "no such window", `0 to ${data.epochs.length - 1}`, String(window));
  }
  const shown = chooseChannels(contract.used, view.channels).slice(0, MOST_CHANNELS);
  const sfreq = data.shape[2] / epoch.duration;
  const { rows, height, scaleBars } = layRows(
    shown.map((c) => {
      const { name, sensor } = contract.used[c];
      return { name, unit: "σ", sensor, sfreq, samples: rowOf(data.original, data.shape, window, c) };
    }),
  );
  const placed = rows.map((row) => ({ ...row, source: shown[row.index] }));
  const labels = Math.min(LABELS, 14 + Math.max(...rows.map(({ label }) => textWidth(label, 11))));
  const plot: Plot = {
    x: MARGIN + labels,
    y: HEADER + 32,
    width: width - 2 * MARGIN - labels - RIGHT,
    height,
    from: epoch.onset,
    duration: epoch.duration,
  };
  const frame = {
    width,
    height: plot.y + height + AXIS + FOOTER,
    title: view.title ?? "Reconstruction of hidden patches",
    subtitle: `Window ${window + 1} of ${data.epochs.length}  ·  ${hiddenShare(data, window, shown)} of its patches hidden  ·  scaled per channel`,
    legend: legendOf(rows),
    warning: data.trained ? undefined : "Untrained weights: this reconstruction has no meaning",
    notes: ["Grey: recorded. Colour: filled in by the model. Shaded: hidden from the model"],
    theme: view.theme,
  };
  return framed(frame, [
    ...timeAxis(plot),
    shadeHidden(plot, placed, data, window),
    ...drawTraces(plot, placed, data, window),
    ...rowLabels(plot, rows, labels),
    ...scaleBars.flatMap((bar) => drawScaleBar(plot, bar)),
    ...explainedColumn(plot, placed, data, width - MARGIN),
  ]);
}

type PlacedRow = Row & { /** Index of the channel in the reconstruction. */ readonly source: number };

function missing(where: string, what: string, expected: string, got: string): UsageError {
  return new UsageError({ where, what, expected, got });
}

function chooseChannels(used: readonly UsedChannel[], names: readonly string[] | undefined): number[] {
  if (names === undefined) return used.map((_, c) => c);
  return names.map((name) => {
    const found = used.findIndex((channel) => channel.name.toUpperCase() === name.toUpperCase());
    if (found >= 0) return found;
    throw missing(
      "option channels",
      "no such channel",
      `one of ${used.map((channel) => channel.name).join(", ")}`,
      name,
    );
  });
}

/** The samples of one window and channel, without a copy. */
function rowOf(values: Float32Array, [, nChans, nTimes]: Reconstruction["shape"], window: number, channel: number) {
  const start = (window * nChans + channel) * nTimes;
  return values.subarray(start, start + nTimes);
}

/** The mask of one window and channel, a byte per patch. */
function patchesOf(
  { mask, shape: [, nChans, nTimes], patchSize }: ReconstructionData,
  window: number,
  channel: number,
) {
  const nPatches = nTimes / patchSize;
  const start = (window * nChans + channel) * nPatches;
  return mask.subarray(start, start + nPatches);
}

/** Runs of hidden patches: [first, one past the last]. */
function hiddenRuns(patches: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  for (const [p, hidden] of patches.entries()) {
    if (hidden === 0) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === p) last[1] = p + 1;
    else runs.push([p, p + 1]);
  }
  return runs;
}

function shadeHidden(plot: Plot, rows: readonly PlacedRow[], data: ReconstructionData, window: number): string {
  const perPatch = (plot.width * data.patchSize) / data.shape[2];
  const d = rows.flatMap(({ source, y, height }) =>
    hiddenRuns(patchesOf(data, window, source)).map(([first, end]) => {
      const left = (plot.x + first * perPatch).toFixed(1);
      const top = plot.y + y - height / 2 + 1;
      return `M${left} ${top}h${((end - first) * perPatch).toFixed(1)}v${height - 2}H${left}z`;
    }),
  );
  return element("path", { class: "hidden", d: d.join("") });
}

function drawTraces(plot: Plot, rows: readonly PlacedRow[], data: ReconstructionData, window: number): string[] {
  const columns = Math.floor(Math.min(plot.width, MOST_COLUMNS / rows.length));
  const perSample = plot.width / data.shape[2];
  const boxOf = ({ y, center, gain, reach }: Row) => ({
    x: plot.x,
    perSample,
    y: plot.y + y,
    center,
    gain,
    reach,
    columns,
  });
  const original = rows.map((row) =>
    element("path", { class: "original", d: tracePath(row.channel.samples, boxOf(row)) }),
  );
  const recovered = rows.map((row) =>
    element("path", {
      class: `recovered stroke-${row.hue}`,
      d: tracePath(hiddenOnly(data, window, row.source), boxOf(row)),
    }),
  );
  return [element("g", { class: "traces", transform: "scale(.1)" }, ...original, ...recovered)];
}

/** The reconstruction where the model had to guess, NaN elsewhere. */
function hiddenOnly(data: ReconstructionData, window: number, channel: number): Float32Array {
  const patches = patchesOf(data, window, channel);
  return rowOf(data.reconstruction, data.shape, window, channel).map((value, t) =>
    patches[Math.floor(t / data.patchSize)] === 0 ? Number.NaN : value,
  );
}

/** A number per row at the right end, under a heading. */
function explainedColumn(plot: Plot, rows: readonly PlacedRow[], data: ReconstructionData, right: number): string[] {
  const windows = data.epochs.length === 1 ? "1 window" : `${data.epochs.length} windows`;
  return [
    textAt(right, plot.y - 20, "Variance explained", { class: "small muted", anchor: "end" }),
    textAt(right, plot.y - 8, `in ${windows}`, { class: "small muted", anchor: "end" }),
    ...rows.map(({ source, y, hue }) =>
      textAt(right, plot.y + y + 4, percentText(data.explained[source]), {
        class: `strong fill-${hue}`,
        anchor: "end",
      }),
    ),
  ];
}

const percentText = (share: number): string =>
  Number.isFinite(share) ? `${Math.round(100 * share) || 0} %`.replace("-", "−") : "nothing hidden";

function hiddenShare(data: ReconstructionData, window: number, shown: readonly number[]): string {
  const patches = shown.flatMap((c) => [...patchesOf(data, window, c)]);
  return `${Math.round((100 * patches.reduce((sum, hidden) => sum + hidden, 0)) / patches.length)} %`;
}

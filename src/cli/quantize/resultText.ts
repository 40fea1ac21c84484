import { METRICS } from "../../evaluate/index.ts";
import type { Metric } from "../../evaluate/metrics/metric.ts";
import { estimateText } from "../../evaluate/report/numbers.ts";
import type { Terminal } from "../effects.ts";
import { counted, painter, table, wrap } from "../text.ts";
import type { Quantization } from "./quantizeAndJudge.ts";

/** Layers with the most noise that are named. */
const WORST = 8;

/** How much of a metric is left in integers; undefined where that is no question: errors around 0. */
export function keptShare({ better }: Pick<Metric, "better">, float: number | null, own: number | null) {
  if (float === null || own === null || better === "zero" || float <= 0 || own <= 0) return undefined;
  return better === "higher" ? own / float : float / own;
}

/** "41.2 dB" */
const decibelText = (decibels: number): string =>
  Number.isFinite(decibels) ? `${decibels.toFixed(1)} dB` : decibels > 0 ? "exact" : "nothing left";

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** What is kept of the task, what the weights take, and which layers lose most. */
export function resultText(result: Quantization, out: readonly string[], terminal: Terminal): string[] {
  const { model, comparison, noise, bytes, calibration } = result;
  const { columns: width, color } = terminal;
  const paint = painter(color);
  const { windows, subjects, bootstrap } = comparison;
  const counts = `${counted(windows, "window")}, ${counted(subjects, "subject")}`;
  const columns = [
    { title: "metric" },
    { title: "float" },
    { title: "quantised" },
    { title: "difference" },
    { title: "kept", right: true },
  ];
  return [
    paint.bold(`${model.task.name}: ${model.name}, ${widthsText(result)}`),
    ...wrap(
      `${model.task.spec.title}; split test: ${counts}; ranges by ${counted(calibration, "window")} of other people`,
      width,
    ),
    "",
    ...table(columns, metricRows(result), { width, paint }),
    ...wrap(
      `${100 * bootstrap.level} % intervals: ${bootstrap.draws} draws of subjects; the difference is paired.`,
      width,
    ),
    "",
    `  Weights: ${megabytes(bytes.float)} → ${megabytes(bytes.quantised)} (${(bytes.float / bytes.quantised).toFixed(1)} times smaller)`,
    `  Logits: ${decibelText(noise.logits)} signal to quantisation noise`,
    "",
    paint.bold("Layers with the most noise"),
    ...layerTable(result, terminal),
    ...(out.length === 0 ? [] : ["", ...wrap(`Wrote ${out.join(", ")}`, width)]),
  ];
}

/** "weights of 8 bits", "weights of 8, 4 and 2 bits" */
export function widthsText({ network }: Pick<Quantization, "network">): string {
  const bits = [...new Set([...network.scheme.weights.values()].map((weight) => weight.bits))].sort((a, b) => b - a);
  return `weights of ${bits.join(", ").replace(/, (\d)$/, " and $1")} bits`;
}

function metricRows({ comparison, model }: Quantization): string[][] {
  const [own, float] = comparison.window;
  const { kind, unit } = model.task.spec;
  return comparison.headline.map((name) => {
    const metric = METRICS[kind].find((each) => each.name === name)!;
    const kept = keptShare(metric, float.metrics[name].value, own.metrics[name].value);
    return [
      metric.hasUnit && unit ? `${metric.title} (${unit})` : metric.title,
      estimateText(float.metrics[name]),
      estimateText(own.metrics[name]),
      estimateText(float.difference![name]),
      kept === undefined ? "" : `${(100 * kept).toFixed(1)} %`,
    ];
  });
}

function layerTable({ noise }: Quantization, { columns: width, color }: Terminal): string[] {
  const worst = [...noise.layers].sort((a, b) => a.alone - b.alone).slice(0, WORST);
  const hasEffects = noise.layers.some(({ logits }) => logits !== undefined);
  const columns = [
    { title: "layer", shrinks: true },
    { title: "kind" },
    { title: "bits", right: true },
    { title: "alone", right: true },
    { title: "with all others", right: true },
    ...(hasEffects ? [{ title: "logits", right: true }] : []),
  ];
  const rows = worst.map(({ name, kind, bits, alone, together, logits }) => [
    name,
    kind,
    bits === undefined ? "" : String(bits),
    decibelText(alone),
    decibelText(together),
    ...(hasEffects ? [logits === undefined ? "" : decibelText(logits)] : []),
  ]);
  return table(columns, rows, { width, paint: painter(color) });
}

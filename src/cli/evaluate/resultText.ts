import type { Estimate } from "../../evaluate/bootstrap.ts";
import { METRICS, type SeedScores, type Summary } from "../../evaluate/index.ts";
import type { Metric } from "../../evaluate/metrics/metric.ts";
import { levelsOf } from "../../evaluate/report/metricTables.ts";
import { estimateText, numberText } from "../../evaluate/report/numbers.ts";
import { ROBUSTNESS_TITLES } from "../../evaluate/report/robustnessSection.ts";
import { levelText } from "../../evaluate/robustness.ts";
import type { Terminal } from "../effects.ts";
import { counted, painter, significant, table, wrap } from "../text.ts";
import type { Evaluation } from "./evaluateModels.ts";
import type { EvaluateFlags } from "./flags.ts";
import { titleOf } from "./reportFiles.ts";

/** The metrics that stand first, per window and coarser; then what becomes of them with fewer sensors and worse input, and beside others. */
export function resultText(
  evaluation: Evaluation,
  flags: EvaluateFlags,
  out: readonly string[],
  terminal: Terminal,
): string[] {
  const { summary, ablation, comparison, robustness, seeds } = evaluation;
  const { columns: width, color } = terminal;
  const paint = painter(color);
  const { windows, recordings, subjects, task, bootstrap } = summary;
  const counts = `${counted(windows, "window")}, ${counted(recordings, "recording")}, ${counted(subjects, "subject")}`;
  const level = `${significant(100 * bootstrap.level)} % intervals: ${bootstrap.draws} draws of subjects, seed ${bootstrap.seed}.`;
  const metrics = headlineOf(summary);
  const levels = levelsOf(summary);
  const columns = [{ title: "metric" }, ...levels.map(([name]) => ({ title: `per ${name}` }))];
  const rows = metrics.map((metric) => [
    nameOf(metric, summary),
    ...levels.map(([, own]) => estimateText(own.metrics[metric.name])),
  ]);
  return [
    paint.bold(titleOf(evaluation, flags)),
    ...wrap(`${task.title}; split ${flags.split ?? "test"}: ${counts}`, width),
    "",
    ...table(columns, rows, { width, paint }),
    ...wrap(level, width),
    ...(seeds === undefined ? [] : seedLines(seeds, summary, terminal)),
    ...(ablation === undefined
      ? []
      : [
          "",
          paint.bold(`Which sensors it takes, on ${counted(ablation.windows, "window")} with all of them`),
          ...differenceTable(
            ablation.rows.map((row) => ({ ...row, name: row.sensors.join(" + ") })),
            { name: "sensors", difference: "minus all sensors" },
            summary,
            terminal,
          ),
        ]),
    ...(robustness?.curves ?? []).flatMap(({ kind, windows: own, rows: levels }) => [
      "",
      paint.bold(`${ROBUSTNESS_TITLES[kind]}, ${counted(own, "window")}`),
      ...differenceTable(
        levels.map((row) => ({ ...row, name: levelText(kind, row.level) })),
        { name: "input", difference: "minus undisturbed" },
        summary,
        terminal,
      ),
    ]),
    ...(comparison === undefined
      ? []
      : [
          "",
          paint.bold("Beside other ways, per window"),
          ...differenceTable(comparison.window, { name: "way", difference: "model minus this" }, summary, terminal),
          ...(comparison.subject === undefined
            ? []
            : [
                paint.bold("Beside other ways, per subject"),
                ...differenceTable(
                  comparison.subject,
                  { name: "way", difference: "model minus this" },
                  summary,
                  terminal,
                ),
              ]),
        ]),
    ...(out.length === 0 ? [] : ["", `  Wrote ${out.join(", ")}`]),
  ];
}

/** What one training may be expected to reach; what stands above is of all of them together. */
function seedLines({ seeds, mean }: SeedScores, summary: Summary, { columns: width, color }: Terminal): string[] {
  const paint = painter(color);
  const metrics = headlineOf(summary);
  const columns = [{ title: "metric" }, { title: "mean" }, ...seeds.map(({ seed }) => ({ title: `seed ${seed}` }))];
  const rows = metrics.map((metric) => [
    nameOf(metric, summary),
    estimateText(mean[metric.name]),
    ...seeds.map((own) => numberText(own.metrics[metric.name].value)),
  ]);
  return [
    "",
    paint.bold("Each seed, per window"),
    ...table(columns, rows, { width, paint }),
    ...wrap("The mean is what one training may be expected to reach. Above stands the mean of their outputs.", width),
  ];
}

const headlineOf = ({ headline, task }: Summary): Metric[] =>
  headline.map((name) => METRICS[task.kind].find((metric) => metric.name === name)!);

const nameOf = ({ title, hasUnit }: Metric, { task }: Summary): string =>
  hasUnit && task.unit ? `${title} (${task.unit})` : title;

interface Compared {
  readonly name: string;
  readonly metrics: Readonly<Record<string, Estimate>>;
  readonly difference?: Readonly<Record<string, Estimate>>;
}

function differenceTable(
  rows: readonly Compared[],
  titles: { readonly name: string; readonly difference: string },
  summary: Summary,
  { columns: width, color }: Terminal,
): string[] {
  const columns = [{ title: "metric" }, { title: titles.name }, { title: "value" }, { title: titles.difference }];
  const cells = headlineOf(summary).flatMap((metric) =>
    rows.map(({ name, metrics, difference }, i) => [
      i === 0 ? nameOf(metric, summary) : "",
      name,
      estimateText(metrics[metric.name]),
      difference === undefined ? "" : estimateText(difference[metric.name]),
    ]),
  );
  return table(columns, cells, { width, paint: painter(color) });
}

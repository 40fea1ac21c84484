import { basename, extname } from "node:path";
import { UsageError } from "../../errors.ts";
import { withFiles } from "../../formats/target/node.ts";
import type { Difference } from "../../train/run/differences.ts";
import { jsonText } from "../../train/run/identity.ts";
import {
  metricNames,
  type Point,
  type RecordedRun,
  type RunSummary,
  settingsThatDiffer,
  summarizeRun,
} from "../../train/run/summary.ts";
import { defineCommand } from "../defineCommand.ts";
import type { Effects, Terminal } from "../effects.ts";
import { text } from "../flags.ts";
import { checkPictureName, writePicture } from "../pictures.ts";
import type { PageTable } from "../runs/page.ts";
import { readRuns } from "../runs/runFolders.ts";
import { counted, duration, painter, significant, table, wrap } from "../text.ts";

export const runs = defineCommand({
  name: "runs",
  description:
    "Compare training runs: steps, best and last validation value, time and speed of each, and in which settings they differ. Runs that\nare still going on are read as far as they are.",
  args: [{ name: "folder", help: "the folder of a run, or one that holds such folders", many: true }],
  flags: {
    metric: text("NAME", "what to judge by: auroc, or train/loss (what each run was told to watch)"),
    html: text("FILE.html", "write tables and curves as one page"),
    svg: text("FILE.svg", "draw the curves; .png works, too"),
  },
  examples: [
    ["runs runs/lr-1e-3 runs/lr-1e-4", "which is better, and what was different"],
    ["runs runs --metric auroc --html curves.html", "all runs below a folder, as a page"],
  ],
  async run({ args: folders, flags: { metric, html, svg } }, effects) {
    if (html !== undefined && extname(html).toLowerCase() !== ".html") {
      throw new UsageError({ where: "--html", what: "a name ending in .html is needed", got: basename(html) });
    }
    if (svg !== undefined) checkPictureName(svg, "--svg");
    const recorded = await readRuns(folders, effects);
    const summaries = recorded.map((run) => summarizeRun(run, metric));
    checkMetric(recorded, summaries, metric);
    const differing = recorded.length > 1 ? settingsThatDiffer(recorded) : [];
    if (html !== undefined || svg !== undefined)
      await draw({ recorded, summaries, differing, metric, html, svg }, effects);
    const json = {
      runs: summaries.map((summary, i) => ({ ...summary, config: recorded[i].file.config })),
      differences: differing.map(({ path, values }) => ({ path, values: values.map((value) => value ?? null) })),
      out: [html, svg].flatMap((path) => (path === undefined ? [] : [basename(path)])),
    };
    return { json, text: () => resultText(summaries, differing, json.out, effects.terminal) };
  },
});

/** @throws UsageError when no run tells the metric that was asked for; it names those there are */
function checkMetric(recorded: readonly RecordedRun[], summaries: readonly RunSummary[], metric?: string): void {
  if (metric === undefined || summaries.some(({ last }) => last !== undefined)) return;
  const { split } = summaries[0].monitor;
  throw new UsageError({
    where: "--metric",
    what: "no run has a value of this name",
    expected:
      metricNames(recorded, split)
        .map((name) => `${split}/${name}`)
        .join(", ") || `a split that the runs have, not ${split}`,
    got: metric,
  });
}

interface Drawing {
  readonly recorded: readonly RecordedRun[];
  readonly summaries: readonly RunSummary[];
  readonly differing: readonly Difference[];
  readonly metric?: string;
  readonly html?: string;
  readonly svg?: string;
}

async function draw({ recorded, summaries, differing, metric, html, svg }: Drawing, effects: Effects): Promise<void> {
  const { curveCharts, curvesSvg, MOST_RUNS } = await import("../runs/curves.ts");
  if (recorded.length > MOST_RUNS) effects.note(`the curves show the first ${MOST_RUNS} of ${recorded.length} runs`);
  const charts = curveCharts(recorded.slice(0, MOST_RUNS), metric);
  if (charts.length === 0) {
    throw new UsageError({
      where: "runs",
      what: "there is nothing to draw",
      got: "no values of training or validation",
    });
  }
  if (svg !== undefined) await writePicture(effects, svg, await curvesSvg(charts));
  if (html === undefined) return;
  const { runsPage } = await import("../runs/page.ts");
  const page = await runsPage(counted(recorded.length, "training run"), pageTables(summaries, differing), charts);
  await withFiles([effects.createFile(html)], (file) => file.write(new TextEncoder().encode(page)));
}

function pageTables(summaries: readonly RunSummary[], differing: readonly Difference[]): PageTable[] {
  const results = { title: "Results", columns: COLUMNS.map(({ title }) => title), rows: summaries.map(cellsOf) };
  if (differing.length === 0) return [results];
  const columns = ["setting", ...summaries.map(({ name }) => name)];
  const rows = differing.map(({ path, values }) => [path, ...values.map(jsonText)]);
  return [results, { title: "Settings that differ", columns, rows }];
}

const COLUMNS = [
  { title: "run", shrinks: true },
  { title: "steps", right: true },
  { title: "metric" },
  { title: "best", right: true },
  { title: "at step", right: true },
  { title: "last", right: true },
  { title: "time", right: true },
  { title: "windows/s", right: true },
] as const;

const cellsOf = ({ name, steps, monitor, best, last, seconds, windowsPerSecond }: RunSummary): string[] => [
  name,
  String(steps),
  `${monitor.split}/${monitor.metric}`,
  valueText(best),
  best === undefined ? "" : String(best.step),
  valueText(last),
  duration(seconds),
  Number.isFinite(windowsPerSecond) ? significant(windowsPerSecond) : "",
];

const valueText = (point: Point | undefined): string => (point === undefined ? "none" : point.value.toPrecision(4));

function resultText(
  summaries: readonly RunSummary[],
  differing: readonly Difference[],
  out: readonly string[],
  { columns: width, color }: Terminal,
): string[] {
  const paint = painter(color);
  const names = summaries.map(({ name }) => name);
  const settings = differing.flatMap(({ path, values }) =>
    wrap(`${path}: ${values.map((value, i) => `${names[i]} ${jsonText(value)}`).join(", ")}`, width),
  );
  return [
    paint.bold(counted(summaries.length, "training run")),
    ...table(COLUMNS, summaries.map(cellsOf), { width, paint }),
    ...(differing.length === 0 ? [] : ["", paint.bold("Settings that differ"), ...settings]),
    ...(out.length === 0 ? [] : [`  Wrote ${out.join(", ")}`]),
  ];
}

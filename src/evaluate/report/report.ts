import { UsageError } from "../../errors.ts";
import type { Ablation } from "../ablation.ts";
import type { Comparison } from "../comparison.ts";
import type { Predictions } from "../predictions.ts";
import type { Robustness } from "../robustness.ts";
import type { SeedScores } from "../seeds.ts";
import type { Summary } from "../summary.ts";
import { ablationSection } from "./ablationSection.ts";
import { comparisonSection } from "./comparisonSection.ts";
import { confusionTable } from "./confusionTable.ts";
import { curveFigures } from "./curveFigures.ts";
import { type ExampleWindow, exampleSection } from "./exampleSection.ts";
import { html, join, type Markup, NOTHING } from "./markup.ts";
import { classTable, headlineCards, metricTable } from "./metricTables.ts";
import { drawsText, plural } from "./numbers.ts";
import { footer, page } from "./page.ts";
import { regressionFigures } from "./regressionFigures.ts";
import { reliabilityFigure } from "./reliabilityFigure.ts";
import { robustnessSection } from "./robustnessSection.ts";
import { seedSection } from "./seedSection.ts";
import { subjectFigure } from "./subjectFigure.ts";

export interface Report {
  readonly title: string;
  readonly predictions: Predictions;
  /** Of the same predictions. */
  readonly summary: Summary;
  readonly ablation?: Ablation;
  /** The model beside baselines and other models, on the same windows. */
  readonly comparison?: Comparison;
  /** How the metrics fall when the input is worse. */
  readonly robustness?: Robustness;
  /** Where the predictions are the mean of those of several seeds. */
  readonly seeds?: SeedScores;
  /** Windows right and wrong, with their samples (`pickExamples` chooses rows). */
  readonly examples?: readonly ExampleWindow[];
  /** Lines for the small print: model, data, command. */
  readonly notes?: readonly string[];
}

/**
 * One HTML file with everything in it: it asks nothing of any network and can be read offline, in light and dark.
 * @throws UsageError when the summary is not of these predictions, or there are none
 */
export async function reportHtml(report: Report): Promise<string> {
  const { title, predictions, summary, ablation, comparison, robustness, seeds, examples = [], notes = [] } = report;
  checkReport(report);
  const { task } = summary;
  const body = join([
    html`<h1>${title}</h1><p class="lead">${leadOf(summary)}</p>`,
    headlineCards(summary),
    seeds === undefined ? NOTHING : seedSection(seeds, task),
    await figures(predictions, summary),
    await subjectFigure(summary),
    ablation === undefined ? NOTHING : await ablationSection(ablation, task),
    robustness === undefined ? NOTHING : await robustnessSection(robustness, task),
    comparison === undefined ? NOTHING : await comparisonSection(comparison, task),
    metricTable(summary),
    classTable(summary),
    examples.length === 0 ? NOTHING : exampleSection(predictions, examples),
    footer(notes),
  ]);
  return page(title, body);
}

function checkReport({ predictions, summary }: Report): void {
  const same = summary.windows === predictions.count && summary.task.kind === predictions.task.kind;
  if (same && predictions.count > 0) return;
  throw new UsageError({
    where: "report",
    what: predictions.count === 0 ? "there are no windows to report on" : "the summary is of other predictions",
    expected: `a summary of ${predictions.count} windows, ${predictions.task.kind}`,
    got: `${summary.windows} windows, ${summary.task.kind}`,
  });
}

function leadOf({ task, windows, recordings, subjects, bootstrap }: Summary): string {
  const counts = `${plural(windows, "window")}, ${plural(recordings, "recording")}, ${plural(subjects, "subject")}`;
  return `${task.title} · ${counts} · ${drawsText(bootstrap)}`;
}

async function figures(predictions: Predictions, summary: Summary): Promise<Markup> {
  const charts =
    summary.task.kind === "regression"
      ? await regressionFigures(predictions, summary)
      : [...(await curveFigures(predictions, summary)), await reliabilityFigure(summary), confusionTable(summary)];
  return html`<section><div class="figures">${join(charts)}</div></section>`;
}

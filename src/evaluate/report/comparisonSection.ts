import type { TaskSpec } from "../../store/index.ts";
import type { Comparison, ComparisonRow } from "../comparison.ts";
import { METRICS } from "../metrics/index.ts";
import { differenceCell, intervalFigure } from "./differences.ts";
import { html, join, type Markup, NOTHING } from "./markup.ts";
import { countText } from "./numbers.ts";

/** What baselines and other models reach on the same windows, and how much better or worse the model is. */
export async function comparisonSection(comparison: Comparison, task: TaskSpec): Promise<Markup> {
  const { window, subject, windows, subjects } = comparison;
  const about = window.flatMap((row) => (row.about === undefined ? [] : [`${row.name}: ${row.about}.`]));
  return html`<section><h2>Beside other ways</h2>
${table(comparison, window, task, "Per window")}
${subject === undefined ? NOTHING : table(comparison, subject, task, "Per subject")}
<p class="note">All on the same ${countText(windows)} windows of ${countText(subjects)} subjects. Second lines: the model minus this one, paired by subject; bold where its interval does not hold 0. ${about.join(" ")}</p>
<div class="figures">${await valueFigure(comparison, task)}${await differenceFigure(comparison, task)}</div></section>`;
}

const metricsOf = ({ headline }: Comparison, { kind }: TaskSpec) =>
  headline.map((name) => METRICS[kind].find((metric) => metric.name === name)!);

function table(comparison: Comparison, rows: readonly ComparisonRow[], task: TaskSpec, title: string): Markup {
  const metrics = metricsOf(comparison, task);
  const head = metrics.map((metric) => html`<th>${metric.title}</th>`);
  const body = rows.map((row) => {
    const cells = metrics.map(({ name }) => differenceCell(row.metrics[name], row.difference?.[name]));
    return html`<tr><td>${row.name}</td>${join(cells)}</tr>`;
  });
  return html`<div class="scroll"><table><thead><tr><th>${title}</th>${join(head)}</tr></thead><tbody>${join(body)}</tbody></table></div>`;
}

/** The first metric of all, and in its unit. */
function firstOf(comparison: Comparison, task: TaskSpec) {
  const [{ name, title, hasUnit }] = metricsOf(comparison, task);
  return { name, title, unit: hasUnit && task.unit !== undefined ? ` (${task.unit})` : "" };
}

function valueFigure(comparison: Comparison, task: TaskSpec): Promise<Markup> {
  const { name, title, unit } = firstOf(comparison, task);
  return intervalFigure(
    "comparison-value",
    `${title}${unit}`,
    comparison.window.map((row) => row.name),
    comparison.window.map(({ metrics }) => metrics[name]),
  );
}

function differenceFigure(comparison: Comparison, task: TaskSpec): Promise<Markup> {
  const { name, title, unit } = firstOf(comparison, task);
  const [, ...others] = comparison.window;
  return intervalFigure(
    "comparison-difference",
    `${title}: the model minus the other${unit}`,
    others.map((row) => row.name),
    others.map(({ difference }) => difference![name]),
    0,
  );
}

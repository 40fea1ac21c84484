import type { Estimate } from "../bootstrap.ts";
import { METRICS } from "../metrics/index.ts";
import type { Metric } from "../metrics/metric.ts";
import { LEVELS, type LevelName, type LevelSummary, type Summary } from "../summary.ts";
import { html, join, type Markup, NOTHING } from "./markup.ts";
import { estimateText, intervalText, numberText } from "./numbers.ts";

const LEVEL_TITLES: Readonly<Record<LevelName, string>> = {
  window: "Per window",
  recording: "Per recording",
  subject: "Per subject",
};

/** Levels that have rows of their own. */
export const levelsOf = ({ levels }: Summary): [LevelName, LevelSummary][] =>
  LEVELS.flatMap((name): [LevelName, LevelSummary][] => {
    const level = levels[name];
    return "undefined" in level ? [] : [[name, level]];
  });

const unitOf = ({ task }: Summary, { hasUnit }: Metric): string => (hasUnit && task.unit ? ` ${task.unit}` : "");

/** The metrics that stand first, large. */
export function headlineCards(summary: Summary): Markup {
  const metrics = METRICS[summary.task.kind].filter(({ name }) => summary.headline.includes(name));
  const [[, first], ...others] = levelsOf(summary);
  const cards = [...metrics]
    .sort((a, b) => summary.headline.indexOf(a.name) - summary.headline.indexOf(b.name))
    .map((metric) => {
      const estimate = first.metrics[metric.name];
      const lines = others.map(
        ([level, { metrics: own }]) => html`<p>${LEVEL_TITLES[level]}: ${estimateText(own[metric.name])}</p>`,
      );
      return html`<div class="card"><h3>${metric.title}</h3>
<div class="value">${numberText(estimate.value)}${unitOf(summary, metric)} <span class="interval">${intervalText(estimate)}</span></div>
${estimate.reason === undefined ? NOTHING : html`<p>${estimate.reason}</p>`}
${join(lines)}</div>`;
    });
  return html`<div class="cards">${join(cards)}</div>`;
}

/** Every metric at every level. */
export function metricTable(summary: Summary): Markup {
  const levels = levelsOf(summary);
  const head = levels.map(([name, { count }]) => html`<th>${LEVEL_TITLES[name]} (${count})</th>`);
  const rows = METRICS[summary.task.kind].map((metric) => {
    const cells = levels.map(([, { metrics }]) => estimateCell(metrics[metric.name]));
    return html`<tr><td>${metric.title}${unitText(summary, metric)}</td>${join(cells)}</tr>`;
  });
  const absent = LEVELS.flatMap((name) => {
    const level = summary.levels[name];
    return "undefined" in level ? [`${LEVEL_TITLES[name]}: none, ${level.undefined}.`] : [];
  });
  return html`<section><h2>All metrics</h2>
<div class="scroll"><table><thead><tr><th>Metric</th>${join(head)}</tr></thead><tbody>${join(rows)}</tbody></table></div>
<p class="note">${[...leftOut(summary), ...undefinedDraws(summary), ...absent].join(" ")}</p></section>`;
}

const unitText = (summary: Summary, metric: Metric): Markup => {
  const unit = unitOf(summary, metric);
  return unit === "" ? NOTHING : html` <small class="quiet">(${unit.trim()})</small>`;
};

function estimateCell(estimate: Estimate): Markup {
  if (estimate.value === null) return html`<td><small>– ${estimate.reason ?? ""}</small></td>`;
  return html`<td>${numberText(estimate.value)} <small>${intervalText(estimate)}</small></td>`;
}

/** Precision, recall, F1 and areas of every class. */
export function classTable(summary: Summary): Markup {
  const [[level, { metrics }]] = levelsOf(summary);
  const shown = METRICS[summary.task.kind].filter(({ name }) => metrics[name].perClass !== undefined);
  if (shown.length === 0) return NOTHING;
  const head = shown.map(
    ({ title }) => html`<th>${title.replace(" (macro)", "").replace(/ \(average precision\)/, "")}</th>`,
  );
  const rows = summary.task.classes.map((name, k) => {
    const cells = shown.map((metric) => estimateCell(metrics[metric.name].perClass![k]));
    return html`<tr><td>${name}</td>${join(cells)}</tr>`;
  });
  return html`<section><h2>Per class <small class="quiet">(${LEVEL_TITLES[level].toLowerCase()})</small></h2>
<div class="scroll"><table><thead><tr><th>Class</th>${join(head)}</tr></thead><tbody>${join(rows)}</tbody></table></div></section>`;
}

/** Which classes a mean goes without. */
function leftOut(summary: Summary): string[] {
  const [[, { metrics }]] = levelsOf(summary);
  return METRICS[summary.task.kind].flatMap(({ name, title }) => {
    const { without } = metrics[name];
    return without === undefined ? [] : [`${title} is the mean without ${without.join(", ")}.`];
  });
}

function undefinedDraws(summary: Summary): string[] {
  const most = levelsOf(summary)
    .flatMap(([, { metrics }]) => Object.values(metrics))
    .reduce((worst, { undefinedDraws: lost = 0 }) => Math.max(worst, lost), 0);
  return most === 0
    ? []
    : [`Up to ${most} of ${summary.bootstrap.draws} draws had no value of a metric and are left out of its interval.`];
}

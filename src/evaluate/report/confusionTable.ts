import type { LevelSummary, Summary } from "../summary.ts";
import { html, join, type Markup, NOTHING } from "./markup.ts";
import { countText, percentText } from "./numbers.ts";

/** What was taken for what: counts, and shares of the true class as colour. */
export function confusionTable({ task, levels }: Summary): Markup {
  const level = levels.window as LevelSummary;
  if (level.labels !== undefined) return labelTable(task.classes, level);
  if (level.confusion === undefined) return NOTHING;
  const rows = level.confusion.map((row, k) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return html`<tr><th>${task.classes[k]}</th>${join(row.map((n) => cell(n, total)))}</tr>`;
  });
  const head = task.classes.map((name) => html`<th>${name}</th>`);
  return html`<figure><figcaption>Confusion matrix</figcaption>
<div class="scroll"><table class="matrix"><thead><tr><th class="corner">true ↓ taken for →</th>${join(head)}</tr></thead>
<tbody>${join(rows)}</tbody></table></div>
<p class="note">Windows; below, their share of the true class.</p></figure>`;
}

const cell = (count: number, total: number): Markup => {
  const share = total === 0 ? 0 : count / total;
  return html`<td style="--share:${share.toFixed(3)}">${countText(count)}<br><small>${total === 0 ? "–" : percentText(share)}</small></td>`;
};

function labelTable(names: readonly string[], { labels = [], count }: LevelSummary): Markup {
  const rows = labels.map(({ truePositive, falsePositive, falseNegative, trueNegative }, k) => {
    const there = truePositive + falseNegative;
    const cells = [cell(truePositive, there), cell(falseNegative, there)];
    const absent = [cell(falsePositive, count - there), cell(trueNegative, count - there)];
    return html`<tr><th>${names[k]}</th>${join([...cells, ...absent])}</tr>`;
  });
  const head = ["hit", "missed", "false alarm", "rightly not"];
  return html`<figure><figcaption>Confusion, label by label</figcaption>
<div class="scroll"><table class="matrix"><thead><tr><th>label</th>${join(head.map((name) => html`<th>${name}</th>`))}</tr></thead>
<tbody>${join(rows)}</tbody></table></div>
<p class="note">Windows; below, their share of those with, and of those without, the label. A label is given above a probability of 0.5.</p></figure>`;
}

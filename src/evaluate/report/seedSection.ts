import type { TaskSpec } from "../../store/index.ts";
import type { Estimate } from "../bootstrap.ts";
import { METRICS } from "../metrics/index.ts";
import type { SeedScores } from "../seeds.ts";
import { html, join, type Markup } from "./markup.ts";
import { intervalText, numberText } from "./numbers.ts";

/** What another seed changes. */
export function seedSection({ headline, seeds, mean }: SeedScores, { kind }: TaskSpec): Markup {
  const metrics = headline.map((name) => METRICS[kind].find((metric) => metric.name === name)!);
  const head = metrics.map((metric) => html`<th>${metric.title}</th>`);
  const row = (name: string, own: Readonly<Record<string, Estimate>>) => {
    const cells = metrics.map((metric) => cell(own[metric.name]));
    return html`<tr><td>${name}</td>${join(cells)}</tr>`;
  };
  const rows = [...seeds.map(({ seed, metrics: own }) => row(`seed ${seed}`, own)), row("mean of the seeds", mean)];
  return html`<section><h2>Each seed</h2>
<div class="scroll"><table><thead><tr><th>Per window</th>${join(head)}</tr></thead><tbody>${join(rows)}</tbody></table></div>
<p class="note">The mean is that of the scores: what one training may be expected to reach. Comparisons of sensors and with other ways are of such means, too. All else on this page is of the mean of the outputs of ${seeds.length} seeds: an ensemble, which is mostly better than its members.</p></section>`;
}

const cell = (estimate: Estimate): Markup =>
  html`<td>${numberText(estimate.value)} <small>${intervalText(estimate) || (estimate.reason ?? "")}</small></td>`;

import type { TaskSpec } from "../../store/index.ts";
import type { Ablation, AblationRow } from "../ablation.ts";
import { METRICS } from "../metrics/index.ts";
import { differenceCell, intervalFigure } from "./differences.ts";
import { html, join, type Markup } from "./markup.ts";
import { countText } from "./numbers.ts";

/** "EEG + ECG". */
const nameOf = ({ sensors }: AblationRow): string => sensors.map((sensor) => sensor.toUpperCase()).join(" + ");

/** What each subset of sensors reaches, and what it gains or loses against all of them. */
export async function ablationSection(ablation: Ablation, { kind, unit }: TaskSpec): Promise<Markup> {
  const metrics = ablation.headline.map((name) => METRICS[kind].find((metric) => metric.name === name)!);
  const [{ name: first, title, hasUnit }] = metrics;
  const inUnit = hasUnit && unit !== undefined ? ` (${unit})` : "";
  const head = metrics.map((metric) => html`<th>${metric.title}</th>`);
  const rows = ablation.rows.map((row) => {
    const cells = metrics.map(({ name }) => differenceCell(row.metrics[name], row.difference?.[name]));
    return html`<tr><td>${nameOf(row)}</td>${join(cells)}</tr>`;
  });
  const names = ablation.rows.map(nameOf);
  const others = ablation.rows.filter(({ difference }) => difference !== undefined);
  const left = await intervalFigure(
    `ablation-value`,
    `${title}${inUnit}`,
    names,
    ablation.rows.map(({ metrics: own }) => own[first]),
  );
  const differences = others.map(({ difference }) => difference![first]);
  const right = await intervalFigure(
    `ablation-difference`,
    `${title}: against all sensors${inUnit}`,
    others.map(nameOf),
    differences,
    0,
  );
  return html`<section><h2>Which sensors it takes</h2>
<div class="scroll"><table><thead><tr><th>Sensors</th>${join(head)}</tr></thead><tbody>${join(rows)}</tbody></table></div>
<p class="note">Each subset on the same ${countText(ablation.windows)} windows of ${countText(ablation.subjects)} subjects. Second lines: difference from all sensors, paired by subject; bold where its interval does not hold 0.</p>
<div class="figures">${left}${right}</div></section>`;
}

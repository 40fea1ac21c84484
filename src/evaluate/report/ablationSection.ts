import type { TaskSpec } from "../../store/index.ts";
import type { Ablation, AblationRow } from "../ablation.ts";
import type { Estimate } from "../bootstrap.ts";
import { METRICS } from "../metrics/index.ts";
import { figure, GRID, nameAxis, valueAxis } from "./charts.ts";
import { html, join, type Markup, NOTHING } from "./markup.ts";
import { countText, intervalText, numberText } from "./numbers.ts";
import { roundRange } from "./regressionFigures.ts";
import { MUTED, seriesColor } from "./style.ts";

const [WIDTH, LABELS, ROW, BELOW] = [520, 120, 38, 30]; // px

/** "EEG + ECG". */
const nameOf = ({ sensors }: AblationRow): string => sensors.map((sensor) => sensor.toUpperCase()).join(" + ");

/** What each subset of sensors reaches, and what it gains or loses against all of them. */
export async function ablationSection(ablation: Ablation, { kind, unit }: TaskSpec): Promise<Markup> {
  const metrics = ablation.headline.map((name) => METRICS[kind].find((metric) => metric.name === name)!);
  const [{ name: first, title, hasUnit }] = metrics;
  const inUnit = hasUnit && unit !== undefined ? ` (${unit})` : "";
  const head = metrics.map((metric) => html`<th>${metric.title}</th>`);
  const rows = ablation.rows.map((row) => {
    const cells = metrics.map(({ name }) => cell(row.metrics[name], row.difference?.[name]));
    return html`<tr><td>${nameOf(row)}</td>${join(cells)}</tr>`;
  });
  const names = ablation.rows.map(nameOf);
  const others = ablation.rows.filter(({ difference }) => difference !== undefined);
  const left = await intervals(
    `ablation-value`,
    `${title}${inUnit}`,
    names,
    ablation.rows.map(({ metrics: own }) => own[first]),
  );
  const differences = others.map(({ difference }) => difference![first]);
  const right = await intervals(
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

function cell(estimate: Estimate, difference: Estimate | undefined): Markup {
  const own = html`${numberText(estimate.value)} <small>${intervalText(estimate) || (estimate.reason ?? "")}</small>`;
  return html`<td>${own}${difference === undefined ? NOTHING : html`<br>${differenceText(difference)}`}</td>`;
}

function differenceText(difference: Estimate): Markup {
  const { value, low, high } = difference;
  if (value === null) return html`<small>–</small>`;
  const text = `${signed(value)} ${intervalText(difference)}`;
  const apart = low !== null && high !== null && (low > 0 || high < 0);
  return apart ? html`<strong>${text}</strong>` : html`<small>${text}</small>`;
}

const signed = (value: number): string => `${value > 0 ? "+" : ""}${numberText(value)}`;

/** A dot and its interval per row. */
async function intervals(
  id: string,
  title: string,
  names: readonly string[],
  estimates: readonly Estimate[],
  zero?: number,
): Promise<Markup> {
  const height = GRID.top + BELOW + ROW * Math.max(1, names.length);
  const color = seriesColor(0);
  const ends = estimates.flatMap(({ value, low, high }) => [value, low, high].filter((end) => end !== null));
  const [min, max] = roundRange(zero === undefined ? ends : [...ends, zero]);
  const bars = estimates.flatMap(({ low, high }, i) =>
    low === null || high === null
      ? []
      : [
          {
            type: "line" as const,
            data: [
              [low, i],
              [high, i],
            ],
            symbol: "none",
            silent: true,
            lineStyle: { color, width: 3, opacity: 0.5 },
          },
        ],
  );
  const dots = {
    type: "scatter" as const,
    data: estimates.flatMap(({ value }, i) => (value === null ? [] : [[value, i]])),
    symbolSize: 11,
    silent: true,
    itemStyle: { color },
    ...(zero === undefined
      ? {}
      : {
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: MUTED, type: "dashed" as const },
            data: [{ xAxis: zero }],
          },
        }),
  };
  const option = {
    grid: { ...GRID, left: LABELS + 12, right: 28, bottom: BELOW },
    xAxis: valueAxis("", { min, max }),
    yAxis: nameAxis(names, LABELS),
    series: [...bars, dots],
  };
  return figure({ width: WIDTH, height, id, title }, option, []);
}

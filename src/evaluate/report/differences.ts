import type { Estimate } from "../bootstrap.ts";
import { figure, GRID, nameAxis, valueAxis } from "./charts.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { intervalText, numberText } from "./numbers.ts";
import { roundRange } from "./regressionFigures.ts";
import { MUTED, seriesColor } from "./style.ts";

const [WIDTH, LABELS, ROW, BELOW] = [520, 120, 38, 30]; // px

/** A value with its interval, and below it a difference, bold where its interval does not hold 0. */
export function differenceCell(estimate: Estimate, difference: Estimate | undefined): Markup {
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
export async function intervalFigure(
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

import { html, join, type Markup, raw } from "../../evaluate/report/markup.ts";
import { STYLE } from "../../evaluate/report/style.ts";
import { type CurveChart, curveFigure } from "./curves.ts";

/** A table with a heading. */
export interface PageTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Tables and curves of some runs as one page that needs nothing from anywhere else. */
export async function runsPage(
  title: string,
  tables: readonly PageTable[],
  charts: readonly CurveChart[],
): Promise<string> {
  const figures = join(await Promise.all(charts.map(curveFigure)));
  const page = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
<main>
<h1>${title}</h1>
<section>
<h2>Curves</h2>
<div class="figures">
${figures}
</div>
<p class="note">Dashed: training, each point the mean of the entries it stands for. Solid: validation.</p>
</section>
${join(tables.map(section))}
<footer>Research software, not a medical device.</footer>
</main>
</html>
`;
  return page.text;
}

function section({ title, columns, rows }: PageTable): Markup {
  const head = join(columns.map((column) => html`<th>${column}</th>`));
  const body = join(rows.map((row) => html`<tr>${join(row.map((cell) => html`<td>${cell}</td>`))}</tr>`));
  return html`<section>
<h2>${title}</h2>
<div class="scroll"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody>
</table></div>
</section>`;
}

/** Colours of the page as charts name them, with the light ones for a chart that stands alone. */
export const INK = "var(--ink,#17212b)";
export const MUTED = "var(--muted,#5f6c7a)";

const SERIES = [
  ["#1d4f86", "#84bdf5"],
  ["#b4232a", "#ff8f86"],
  ["#0b7a6b", "#4fd6c3"],
  ["#6d4bb5", "#b79df2"],
  ["#b8690a", "#f0b040"],
  ["#4d5966", "#b4bfcb"],
  ["#a8327a", "#f092c8"],
  ["#66750f", "#c3d24f"],
] as const;

/** Lines that one chart can tell apart by colour. */
export const MOST_SERIES = SERIES.length;

/** Colour of the i-th line, class or group. */
export const seriesColor = (i: number): string => `var(--series-${i % MOST_SERIES},${SERIES[i % MOST_SERIES][0]})`;

/** Outside of a page there is nobody to say what `var(--ink)` is: the colour named beside it. */
export const plainColors = (svg: string): string => svg.replace(/var\(--[\w-]+,(#[0-9a-f]+)\)/g, "$1");

const LIGHT =
  "--paper:#fff;--page:#f4f6f8;--ink:#17212b;--muted:#5f6c7a;--grid:#e7ebf0;--line:#d5dbe2;--cell:29 79 134;";
const DARK =
  "--paper:#10161d;--page:#0a0e13;--ink:#e8edf3;--muted:#98a5b3;--grid:#222c37;--line:#2d3946;--cell:132 189 245;";

const variables = (dark: 0 | 1): string => SERIES.map((pair, i) => `--series-${i}:${pair[dark]};`).join("");

/** The page's style sheet: light or dark as the reader's system is; no font or picture from anywhere else. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}${variables(0)}}
@media (prefers-color-scheme:dark){:root{${DARK}${variables(1)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}
main{max-width:1160px;margin:0 auto;padding:28px 20px 40px}
h1{font-size:26px;line-height:1.25;margin:0 0 4px}
h2{font-size:18px;margin:0 0 12px}
.lead{color:var(--muted);margin:0 0 20px}
section{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:18px 20px;margin:0 0 18px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:18px;margin:0 0 18px}
.card{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:14px 18px}
.card h3{font-size:14px;font-weight:600;color:var(--muted);margin:0}
.card .value{font-size:34px;font-weight:650;line-height:1.2;font-variant-numeric:tabular-nums}
.card .interval{font-size:15px;color:var(--muted);font-weight:400;white-space:nowrap}
.card p{margin:4px 0 0;font-size:13.5px;color:var(--muted);font-variant-numeric:tabular-nums}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:18px 28px;align-items:start}
figure{margin:0}
figcaption{font-weight:600;margin:0 0 6px}
figure svg{display:block;width:100%;height:auto}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;padding:0;margin:6px 0 0;font-size:13.5px;font-variant-numeric:tabular-nums}
.legend i{display:inline-block;width:18px;height:0;border-top:3px solid var(--key);vertical-align:middle;margin-right:7px}
.legend i.dashed{border-top:2px dashed var(--key)}
.legend i.dot{width:9px;height:9px;border:0;border-radius:50%;background:var(--key)}
.legend i.area{height:11px;border:0;background:var(--key);opacity:.28}
.note{color:var(--muted);font-size:13.5px;margin:6px 0 0}
.note+.figures,.figures+.scroll{margin-top:18px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:5px 12px;border-bottom:1px solid var(--grid);white-space:nowrap}
th{font-weight:600}
th:first-child,td:first-child{text-align:left;padding-left:0}
thead th{color:var(--muted)}
td br+small,td br+strong{font-size:13px}
td small,.quiet{color:var(--muted);font-size:13px}
table.matrix td{text-align:center;min-width:62px;padding:5px 6px;border:1px solid var(--paper);background:rgb(var(--cell) / calc(var(--share) * .55))}
table.matrix td small{color:inherit;opacity:.75}
table.matrix th{text-align:right;padding:5px 8px 5px 0;white-space:normal;max-width:150px}
table.matrix thead th{text-align:center;padding:5px 6px}
table.matrix th.corner{white-space:nowrap;max-width:none;font-weight:400}
.wide svg{min-width:680px}
footer{color:var(--muted);font-size:13.5px}
footer strong{color:var(--ink)}
@media print{body{background:#fff}section,.card{break-inside:avoid}}
`;

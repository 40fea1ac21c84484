import type { BarSeriesOption, LineSeriesOption, ScatterSeriesOption } from "echarts/charts";
import type { GridComponentOption, MarkLineComponentOption } from "echarts/components";
import type { ComposeOption } from "echarts/core";
import { element, escapeText } from "./xml.ts";

/** What a chart may be made of: lines, points and bars over axes. */
export type ChartOption = ComposeOption<
  BarSeriesOption | LineSeriesOption | ScatterSeriesOption | GridComponentOption | MarkLineComponentOption
>;

export interface ChartFrame {
  /** px */
  readonly width: number;
  readonly height: number;
  /** Says what is seen to those who do not see it. */
  readonly title: string;
  /** Unlike those of other charts in the same page; letters, digits and hyphens. */
  readonly id: string;
}

/**
 * A chart as an SVG element, drawn without a page, the same for the same input. It scales with the width it is given. Colours pass
 * through as they are, so that `var(--ink)` takes the colour of the page.
 */
export async function chartSvg(option: ChartOption, { width, height, title, id }: ChartFrame): Promise<string> {
  const { init } = await loadCharts();
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    const body = bodyOf(chart.renderToSVGString(), id);
    const size = { viewBox: `0 0 ${width} ${height}`, width, height };
    const root = { xmlns: "http://www.w3.org/2000/svg", class: "panluna-chart", role: "img", ...size };
    return element("svg", root, element("title", {}, escapeText(title)), body);
  } finally {
    chart.dispose();
  }
}

let loaded: Promise<typeof import("echarts/core")> | undefined;

/** The library is large: it is loaded with the first chart, and only what charts are made of. */
function loadCharts(): Promise<typeof import("echarts/core")> {
  loaded ??= Promise.all([
    import("echarts/core"),
    import("echarts/charts"),
    import("echarts/components"),
    import("echarts/renderers"),
  ]).then(([core, charts, components, renderers]) => {
    core.use([charts.BarChart, charts.LineChart, charts.ScatterChart]);
    core.use([components.GridComponent, components.MarkLineComponent, renderers.SVGRenderer]);
    return core;
  });
  return loaded;
}

/** What stands inside the root: without the style sheet and the marks for mouse events, and with ids of this chart's own. */
function bodyOf(svg: string, id: string): string {
  return svg
    .slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"))
    .replace(/<style\b[\s\S]*?<\/style>/g, "")
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, "")
    .replace(/\bzr\d+-/g, `${id}-`)
    .trim();
}

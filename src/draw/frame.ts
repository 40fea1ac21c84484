import { fitText, textAt, textWidth } from "./text.ts";
import { type Hue, ROOT_CLASS, styleSheet, type Theme } from "./theme.ts";
import { element, escapeText } from "./xml.ts";

/** Free space around everything, px. */
export const MARGIN = 24;

/** Height of title and subtitle, px. */
export const HEADER = 66;

/** Height below the body, px. */
export const FOOTER = 36;

export const DISCLAIMER = "Research software, not a medical device.";

/** What surrounds the body of a picture. */
export interface Frame {
  readonly width: number;
  /** Height with header and footer. */
  readonly height: number;
  readonly title: string;
  readonly subtitle?: string;
  readonly legend?: readonly { readonly hue: Hue; readonly text: string }[];
  /** Stands in the footer, right of the disclaimer. */
  readonly notes?: readonly string[];
  /** Stands in the subtitle's line in the colour of warnings. */
  readonly warning?: string;
  readonly theme?: Theme;
}

/** A whole SVG file: paper, title, legend, body, small print. */
export function framed(frame: Frame, body: readonly string[]): string {
  const { width, height, title, theme = "auto" } = frame;
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      class: ROOT_CLASS,
      role: "img",
    },
    element("title", {}, escapeText(title.slice(0, 300))),
    element("style", {}, styleSheet(theme)),
    element("rect", { class: "paper", width, height }),
    ...header(frame),
    ...body,
    ...footer(frame),
  );
}

function header({ width, title, subtitle = "", legend = [], warning }: Frame): string[] {
  const keys = legendOf(legend, width - MARGIN);
  const room = keys.left - MARGIN - 24;
  const lines = [textAt(MARGIN, 34, fitText(title, room, 18 * 1.08), { class: "title" })];
  const taken = warning === undefined ? 0 : Math.min(WARNING, textWidth(warning, 12)) + 38;
  const line = fitText(subtitle, width - 2 * MARGIN - taken, 12);
  if (line !== "") lines.push(textAt(MARGIN, 54, line, { class: "subtitle muted" }));
  if (warning !== undefined) lines.push(...warningOf(warning, width - MARGIN));
  return [...lines, ...keys.marks];
}

const WARNING = 560; // px, at most

/** At the right end of the subtitle's line. */
function warningOf(text: string, right: number): string[] {
  const cut = fitText(text, WARNING, 12);
  return [
    element("rect", { class: "warn", x: right - 8, y: 45, width: 8, height: 8, rx: 2 }),
    textAt(right - 14, 53, cut, { class: "subtitle", anchor: "end" }),
  ];
}

function legendOf(legend: NonNullable<Frame["legend"]>, right: number): { left: number; marks: string[] } {
  const marks: string[] = [];
  let x = right;
  for (const { hue, text } of [...legend].reverse()) {
    const width = textWidth(text, 11);
    marks.push(textAt(x - width, 33, text));
    marks.push(element("circle", { class: `fill-${hue}`, cx: x - width - 10, cy: 29, r: 4 }));
    x -= width + 34;
  }
  return { left: x, marks };
}

function footer({ width, height, notes = [] }: Frame): string[] {
  const y = height - 14;
  const room = width - 2 * MARGIN - textWidth(DISCLAIMER, 10) - 24;
  const note = fitText(notes.join("  ·  "), room, 10);
  const lines = [textAt(MARGIN, y, DISCLAIMER, { class: "small muted" })];
  return note === "" ? lines : [...lines, textAt(width - MARGIN, y, note, { class: "small muted", anchor: "end" })];
}

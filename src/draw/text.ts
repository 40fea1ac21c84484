import { element, escapeText, printable } from "./xml.ts";

/** Advance widths of DejaVu Sans, the widest of the fonts in the style sheet, in em. */
const WIDE = new Set("MWmw@%—…");
const NARROW = new Set("iljI.,:;'|!()[] ft");

/** Upper estimate of the width of a line of text, px. */
export function textWidth(text: string, size: number): number {
  let em = 0;
  for (const char of text) {
    if (WIDE.has(char)) em += 1;
    else if (NARROW.has(char)) em += 0.42;
    else em += char.codePointAt(0)! > 0x2e80 ? 1 : 0.66; // CJK and later blocks are square
  }
  return em * size;
}

/** The text, cut with an ellipsis where it is wider than `width` px. */
export function fitText(text: string, width: number, size: number): string {
  const clean = printable(text).trim();
  if (textWidth(clean, size) <= width) return clean;
  const chars = [...clean.slice(0, 1000)];
  while (chars.length > 0 && textWidth(`${chars.join("")}…`, size) > width) chars.pop();
  return `${chars.join("").trimEnd()}…`;
}

/** How a line of text is set. */
export interface TextStyle {
  readonly class?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly transform?: string;
}

/** A line of text with its baseline at `y`. */
export const textAt = (
  x: number,
  y: number,
  text: string,
  { class: name, anchor, transform }: TextStyle = {},
): string => element("text", { x, y, class: name, "text-anchor": anchor, transform }, escapeText(text));

/** Units as people write them: "uV" is µV. */
export const unitText = (unit: string): string => (/^u[A-Z]/.test(unit) ? `µ${unit.slice(1)}` : unit || "a.u.");

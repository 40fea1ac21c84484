import { escapeText } from "../../draw/xml.ts";

/** Text that is HTML already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** HTML from a trusted source: markup of this project's own making. */
export const raw = (text: string): Markup => new Markup(text);

/** A template of HTML: every value that is not markup itself is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly (Markup | string | number)[]): Markup {
  let text = parts[0];
  values.forEach((value, i) => {
    text += (value instanceof Markup ? value.text : escapeText(String(value))) + parts[i + 1];
  });
  return new Markup(text);
}

/** Pieces one after the other. */
export const join = (pieces: readonly Markup[]): Markup => new Markup(pieces.map(({ text }) => text).join("\n"));

export const NOTHING = new Markup("");

/** Attribute values of an element; `undefined` leaves the attribute out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One SVG element. `children` are markup already: text goes through `escapeText` first. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  let open = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    open += ` ${key}="${typeof value === "number" ? round(value) : escapeText(value)}"`;
  }
  return children.length === 0 ? `${open}/>` : `${open}>${children.join("")}</${name}>`;
}

/** Characters that XML 1.0 forbids, lone surrogates, and marks that turn the direction of the text around them. */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text from anywhere as XML text or attribute value; characters that cannot be drawn become spaces. */
export const escapeText = (text: string): string => printable(text).replace(/[&<>"']/g, (mark) => ENTITIES[mark]);

/** The text without characters that cannot stand in a picture. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, " ");

/** Two decimals are a hundredth of a pixel. */
const round = (value: number): string => String(Math.round(value * 100) / 100 || 0);

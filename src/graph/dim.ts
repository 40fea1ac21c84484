import { GraphError } from "../errors.ts";

/**
 * One axis length: a number, or a product of named symbols and a number in canonical form, e.g. `"B"`, `"32*S"`, `"B*C"`.
 * Products are all that a network of matrix products and reshapes needs; sums of symbols are not represented.
 */
export type Dim = number | string;

interface Monomial {
  readonly factor: number;
  readonly symbols: readonly string[];
}

function parse(dim: Dim): Monomial {
  if (typeof dim === "number") return { factor: dim, symbols: [] };
  const parts = dim.split("*");
  const factor = parts.filter((p) => /^\d+$/.test(p)).reduce((product, p) => product * Number(p), 1);
  return { factor, symbols: parts.filter((p) => !/^\d+$/.test(p)).sort() };
}

function print({ factor, symbols }: Monomial): Dim {
  if (symbols.length === 0 || factor === 0) return factor;
  return [...(factor === 1 ? [] : [String(factor)]), ...symbols].join("*");
}

/** Product of axis lengths: `productOf([2, "S", 16]) = "32*S"`. */
export function productOf(dims: readonly Dim[]): Dim {
  const all = dims.map(parse);
  return print({
    factor: all.reduce((product, { factor }) => product * factor, 1),
    symbols: all.flatMap(({ symbols }) => symbols).sort(),
  });
}

/** `a / b` where it is a whole product again, else undefined: `quotientOf("32*S", 32) = "S"`. */
export function quotientOf(a: Dim, b: Dim): Dim | undefined {
  const left = parse(a);
  const right = parse(b);
  const symbols = [...left.symbols];
  for (const symbol of right.symbols) {
    const at = symbols.indexOf(symbol);
    if (at < 0) return undefined;
    symbols.splice(at, 1);
  }
  const factor = left.factor / right.factor;
  return Number.isInteger(factor) ? print({ factor, symbols }) : undefined;
}

/** Shape of an elementwise operation over operands of these shapes (NumPy broadcasting). */
export function broadcast(shapes: readonly (readonly Dim[])[], where: string): Dim[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((s) => s[axis - rank + s.length] ?? 1).filter((d) => d !== 1);
    if (lengths.some((d) => d !== lengths[0])) {
      throw new GraphError({
        where,
        what: "shapes do not broadcast",
        at: `axis ${axis}`,
        got: shapes.map(shapeText).join(" and "),
      });
    }
    return lengths[0] ?? 1;
  });
}

/** The length that a symbolic one stands for, given its symbols. */
export function lengthOf(dim: Dim, symbols: ReadonlyMap<string, number>): number {
  const { factor, symbols: names } = parse(dim);
  return names.reduce((product, name) => product * (symbols.get(name) ?? Number.NaN), factor);
}

/** `[B, 32*S, 64]` */
export const shapeText = (shape: readonly Dim[]): string => `[${shape.join(", ")}]`;

/** A shape from the attribute that holds it, its lengths joined by commas: `"B,2*S,3"`. */
export const parseDims = (text: string): Dim[] =>
  text === "" ? [] : text.split(",").map((d) => (/^\d+$/.test(d) ? Number(d) : d));

/** Axis counted from the front; negative axes count from the back. */
export function axisOf(axis: number, rank: number, where: string): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(positive) && positive >= 0 && positive < rank) return positive;
  throw new GraphError({ where, what: "no such axis", expected: `−${rank} to ${rank - 1}`, got: String(axis) });
}

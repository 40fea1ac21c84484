/** Highest annotation code that stands for itself (ACMAX of ecgcodes.h); 50 to 58 are not assigned, 59 to 63 are pseudo-annotations. */
export const LAST_CODE = 49;

/** A comment; carries the definitions at the start of a file. */
export const NOTE = 22;

/** The code of ecgcodes.h for "no annotation". */
export const NOT_AN_ANNOTATION = 0;

/** Symbols of the annotation codes 1 to 41, in order; "_" is a code that is not assigned. */
const SYMBOLS = 'N L R a V F J A S E j / Q ~ _ | _ s T * D " = p B ^ t + u ? ! [ ] e n @ x f ( ) r'.split(" ");

/**
 * The symbol of an annotation code: "N" for a normal beat (1), "V" for a premature ventricular one (5), "+" for a rhythm
 * change (28), …; "[42]" for a code without a symbol.
 * @see https://physionet.org/physiotools/wpg/wpg_31.htm
 */
export function symbolOf(code: number, own: ReadonlyMap<number, string> = new Map()): string {
  const symbol = own.get(code) ?? SYMBOLS[code - 1] ?? "_";
  return symbol === "_" ? `[${code}]` : symbol;
}

/** AHA beat labels and the code that each stands for. "O" is a comment, "U" an unreadable stretch. */
export const AHA_CODES: ReadonlyMap<string, number> = new Map([
  ["N", 1],
  ["V", 5],
  ["F", 6],
  ["E", 10],
  ["P", 12],
  ["Q", 13],
  ["U", 14],
  ["O", NOTE],
  ["[", 32],
  ["]", 33],
  ["R", 41],
]);

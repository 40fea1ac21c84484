import { FormatError } from "../../errors.ts";

/** Where a field stands, for messages. */
export interface FieldPlace {
  readonly file: string;
  readonly line: number;
}

/** A field that is not what header(5) demands. */
export function badField(place: FieldPlace, field: string, expected: string, got: string | undefined): FormatError {
  return new FormatError({
    where: place.file,
    what: `bad ${field}`,
    at: `line ${place.line}`,
    expected,
    got: got === undefined ? "nothing" : JSON.stringify(got.slice(0, 60)),
  });
}

/** @throws FormatError when `text` is not a whole number between `least` and 2^53 */
export function wholeNumber(text: string | undefined, field: string, place: FieldPlace, least = 0): number {
  const value = /^[+-]?\d+$/.test(text ?? "") ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw badField(place, field, least === -Infinity ? "a whole number" : `a whole number of at least ${least}`, text);
}

/** A number as `scanf` reads it: `360`, `360.`, `3.6e2`. */
export const FLOAT = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;

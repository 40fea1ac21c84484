import type { Dice } from "./dice.ts";
import { MOST_BYTES, type Mutate } from "./mutateBytes.ts";

/** Latin-1: every byte is a character, and back. */
const decode = (bytes: Uint8Array): string => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
};

const encode = (text: string): Uint8Array => {
  const out = new Uint8Array(Math.min(text.length, 2 * MOST_BYTES));
  for (let i = 0; i < out.length; i++) out[i] = text.charCodeAt(i);
  return out;
};

const asText =
  (change: (text: string, dice: Dice) => string): Mutate =>
  (bytes, dice) =>
    encode(change(decode(bytes), dice));

const HOSTILE_NUMBERS = [
  "", "0", "-0", "-1", "1", "2", "9", "99999999", "-9999999", "4294967295", "4294967296", "2147483647", "2147483648",
  "-2147483648", "9007199254740991", "9007199254740993", "18446744073709551615", "1e308", "1e309", "1e-308", "5e-324",
  "-1e308", "1e9", "1e-9", "NaN", "nan", "Infinity", "-inf", "0x10", "1,5", ".5", "5.", ".", "-", "+", "+7", "1_000", "x",
  "1e", "1e999999", "٣", "1".repeat(400), "0".repeat(64), "65536", "1000000", "0.1",
]; // biome-ignore format: a table

const NUMBER = /[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?/gi;

/** A number written in the bytes becomes a hostile one; half of the time of the same width, as fixed fields demand. */
export const setNumber: Mutate = asText((text, dice) => {
  const found = [...text.slice(0, 65536).matchAll(NUMBER)];
  if (found.length === 0) return text;
  const { index, 0: old } = found[dice.chance(0.4) ? dice.roll(Math.min(8, found.length)) : dice.roll(found.length)];
  let stop = index + old.length;
  let value = dice.pick(HOSTILE_NUMBERS);
  if (dice.chance(0.5)) {
    while (text[stop] === " " && stop - index < 8) stop++; // the padding belongs to the field
    value = value.slice(0, stop - index).padEnd(stop - index);
  }
  return text.slice(0, index) + value + text.slice(stop);
});

const LINE = /[^\n]*\n?/g;

/** A line goes, comes often, or changes its place. */
export const moveLine: Mutate = asText((text, dice) => {
  const lines = text.match(LINE) ?? [];
  const at = dice.roll(lines.length);
  const kind = dice.roll(4);
  if (kind === 0) lines.splice(at, 1);
  else if (kind === 1) lines.splice(dice.roll(lines.length), 0, ...lines.splice(at, 1));
  else {
    const times = kind === 2 ? 1 + dice.roll(3) : dice.roll(3000);
    lines.splice(at, 0, (lines[at] ?? "").repeat(Math.min(times, Math.floor(MOST_BYTES / (1 + lines[at].length)))));
  }
  return lines.join("");
});

/** A field between blanks goes, doubles or changes its place in the line. */
export const moveField: Mutate = asText((text, dice) => {
  const lines = text.split("\n");
  const at = dice.roll(lines.length);
  const fields = lines[at].split(/([ \t,;/:()x+])/);
  const field = dice.roll(fields.length);
  const kind = dice.roll(3);
  if (kind === 0) fields.splice(field, 1);
  else if (kind === 1) fields.splice(field, 0, fields[field]);
  else fields[field] = fields[dice.roll(fields.length)];
  lines[at] = fields.join("");
  return lines.join("\n");
});

/** Names that must never reach a folder: `outside` stands for a file that lies beside the record's folder. */
export const PATH_TRICKS: readonly string[] = [
  "../outside", "../outside.dat", "..", ".", "../../etc/passwd", "/etc/passwd", "/", "//host/share/x.dat", "./f16.dat",
  "a/../../outside.dat", "..\\outside.dat", "\\\\host\\share\\x.dat", "C:\\outside.dat", "C:outside.dat", "c:/outside.dat",
  "f16.dat:stream", "file:///etc/passwd", "http://127.0.0.1:9/x.dat", "data:,x", "%2e%2e%2foutside.dat", "..%2foutside.dat",
  "x\0.dat", "\u0001.dat", "\u007f", "-", "~", "~root", "$HOME", "`id`", "*", "CON", "nul.dat", "a".repeat(300), "\u00ff\u00fe",
  "\u2025/outside.dat", "\u2215etc", "..;/outside.dat", ".../outside.dat", "\uff0e\uff0e\uff0foutside.dat", "\r../outside.dat",
]; // biome-ignore format: a table

const NAME = /[^\s/]+/g;

/** A word of a header, most often one at the start of a line, becomes a path or the name of another file of the record. */
export const trickPath =
  (siblings: readonly string[]): Mutate =>
  (bytes, dice) => {
    const text = decode(bytes);
    const all = [...text.matchAll(NAME)];
    const names = dice.chance(0.8) ? all.filter(({ index }) => index === 0 || text[index - 1] === "\n") : all;
    if (names.length === 0) return bytes;
    const { index, 0: old } = dice.pick(names);
    const trick = dice.chance(0.75) ? dice.pick(PATH_TRICKS) : dice.pick(siblings).replace(/\.hea$/, "");
    const extended = dice.chance(0.3) ? `${trick}.dat` : trick;
    // beyond Latin-1 as UTF-8, which headers are read as
    const before = encode(text.slice(0, index));
    const word = new TextEncoder().encode(extended);
    const after = encode(text.slice(index + old.length));
    return Uint8Array.of(...before, ...word, ...after);
  };

export const TEXT_MUTATORS: readonly Mutate[] = [setNumber, setNumber, setNumber, moveLine, moveField];

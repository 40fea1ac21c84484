/**
 * The fixed-width text fields of an EDF header. The standard demands ASCII padded with blanks; files in the wild
 * pad with NULs or tabs, write a decimal comma, and put Latin-1, UTF-8 or Shift-JIS into labels and units.
 */

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Not TextDecoder: its "latin1" is Windows-1252 in browsers and Latin-1 in Node. */
const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** UTF-8 where the bytes are valid UTF-8, Latin-1 otherwise. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1(bytes);
  }
}

/** Text of one field without its padding; what follows a NUL is padding, other control characters become blanks. */
export function readText(bytes: Uint8Array): string {
  let start = 0;
  while (start < bytes.length && bytes[start] <= 0x20) start++;
  const nul = bytes.indexOf(0, start);
  const text = decodeText(bytes.subarray(start, nul < 0 ? bytes.length : nul));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a header must not steer the terminal that shows it
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ").trim();
}

/** Unit of a signal; Japanese amplifiers write the "μ" of "μV" in Shift-JIS (bytes 83 CA). */
export function readUnit(bytes: Uint8Array): string {
  return bytes[0] === 0x83 && bytes[1] === 0xca ? `\u03bc${readText(bytes.subarray(2))}` : readText(bytes);
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A decimal number, with a point or a comma; NaN for anything else. */
export function parseNumber(text: string): number {
  const plain = text.replace(",", ".");
  return NUMBER.test(plain) ? Number(plain) : Number.NaN;
}

import { decodeElements } from "../arrays/elementType.ts";
import { contentOf, type Element, MI, outside, type Scope, STORAGE } from "./element.ts";
import type { MatChar } from "./value.ts";

const ENCODINGS: Readonly<Record<number, readonly [little: string, big: string]>> = {
  [MI.INT8]: ["utf-8", "utf-8"],
  2: ["utf-8", "utf-8"],
  [MI.UTF8]: ["utf-8", "utf-8"],
  4: ["utf-16le", "utf-16be"],
  [MI.UTF16]: ["utf-16le", "utf-16be"],
};

/** A char array: characters stand column-major, one text per row. */
export function readChars(scope: Scope, element: Element, shape: readonly number[]): MatChar {
  const bytes = contentOf(scope, element);
  const [nRows] = shape;
  const nCols = shape.slice(1).reduce((product, n) => product * n, 1);
  const units = decodeUnits(scope, element, bytes);
  if (units.length > nRows * nCols && element.type !== MI.UTF8) {
    throw outside(scope, element.start, `${nRows * nCols} characters`, String(units.length));
  }
  const rows = Array.from({ length: Math.min(nRows, units.length) }, (_, r) => {
    let text = "";
    for (let c = r; c < units.length; c += nRows) text += units[c];
    return text;
  });
  return { kind: "char", shape, rows };
}

/** Single characters. */
function decodeUnits(scope: Scope, element: Element, bytes: Uint8Array): string[] {
  if (element.type === MI.UTF32) {
    const codes = decodeElements(bytes, "uint32", scope.littleEndian) as Uint32Array;
    return Array.from(codes, (code) => String.fromCodePoint(Math.min(code, 0x10ffff)));
  }
  const encoding = ENCODINGS[element.type];
  if (encoding === undefined) {
    throw outside(scope, element.start, "a text", STORAGE[element.type] ?? `type ${element.type}`);
  }
  return [...new TextDecoder(encoding[scope.littleEndian ? 0 : 1]).decode(bytes)];
}

import { FormatError } from "../../errors.ts";
import type { ByteSource } from "../source/byteSource.ts";
import { parseWfdbHeader, type WfdbHeader } from "./header.ts";
import { decodeText } from "./text.ts";

/** Bytes; the header of a record with 100,000 segments has about 2 MB. */
const MAX_HEADER_BYTES = 16 * 2 ** 20;

/**
 * Read and parse a whole header file.
 * @throws FormatError when it is too large, is not text, or breaks header(5)
 */
export async function readHeader(source: ByteSource): Promise<WfdbHeader> {
  if (source.size > MAX_HEADER_BYTES) {
    throw new FormatError({
      where: source.name,
      what: "is too large for a WFDB header",
      expected: `at most ${MAX_HEADER_BYTES} bytes`,
      got: `${source.size} bytes`,
    });
  }
  const bytes = await source.read(0, source.size);
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    throw new FormatError({ where: source.name, what: "is not a text header", at: `byte ${zero}`, got: "a zero byte" });
  }
  return parseWfdbHeader(decodeText(bytes), source.name);
}

const RECORD_LINE =
  /^[^\s/,;]+(?:\/\d+)?[ \t]+\d+(?:[ \t]+[\d.eE+]+(?:\/\S*)?(?:[ \t]+\d+(?:[ \t]+[\d:.]+(?:[ \t]+[\d/]+)?)?)?)?$/;
const SIGNAL_LINE =
  /^(?:~|\S*[A-Za-z]\S*)[ \t]+(?:0|8|16|24|32|61|80|160|212|310|311|508|516|524)(?:x\d+)?(?::\d+)?(?:\+\d+)?(?:[ \t]|$)/;
const SEGMENT_LINE = /^\S+[ \t]+\d+$/;

/** Whether the start of a file reads like a WFDB header: text, a record line, and a signal or segment line of the right kind. */
export function looksLikeHeader(head: Uint8Array): boolean {
  if (head.some((byte) => byte < 9 || (byte > 13 && byte < 32))) return false;
  const lines = decodeText(head)
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const [record, next] = lines;
  if (record === undefined || next === undefined || !RECORD_LINE.test(record)) return false;
  return /^\S+\/\d/.test(record) ? SEGMENT_LINE.test(next) : SIGNAL_LINE.test(next);
}

import { FormatError } from "../../errors.ts";
import { decodeElements, type ElementType, elementBytes } from "../arrays/elementType.ts";
import type { MatFile, MatValue } from "./value.ts";

const HEADER_BYTES = 20;
const TYPES: readonly ElementType[] = ["float64", "float32", "int32", "int16", "uint16", "uint8"];
/** What the type number's last digit says. */
const KINDS = ["numeric", "text", "sparse"] as const;

interface Header {
  readonly littleEndian: boolean;
  readonly type: ElementType;
  readonly kind: (typeof KINDS)[number];
  readonly rows: number;
  readonly cols: number;
  readonly complex: boolean;
  readonly name: string;
  readonly dataStart: number;
  readonly next: number;
}

/** Header of the variable at `at`; undefined unless every field is one that the format allows. */
function readHeader(bytes: Uint8Array, at: number): Header | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const littleEndian = view.getUint32(0, true) < 5000;
  const [mopt, rows, cols, imaginary, nameLength] = [0, 4, 8, 12, 16].map((k) => view.getUint32(k, littleEndian));
  const [machine, zero, precision, kind] = [1000, 100, 10, 1].map((unit) => Math.floor(mopt / unit) % 10);
  if (mopt > 4999 || machine !== (littleEndian ? 0 : 1) || zero !== 0 || precision > 5 || kind > 2) return undefined;
  if (imaginary > 1 || nameLength < 2 || nameLength > 256 || rows > 2 ** 31 || cols > 2 ** 31) return undefined;
  const dataStart = at + HEADER_BYTES + nameLength;
  const name = new TextDecoder("latin1").decode(bytes.subarray(at + HEADER_BYTES, dataStart - 1));
  if (dataStart > bytes.length || bytes[dataStart - 1] !== 0 || !/^[A-Za-z]\w*$/.test(name)) return undefined;
  const type = TYPES[precision];
  const size = rows * cols * elementBytes(type) * (1 + imaginary);
  const complex = imaginary === 1;
  return { littleEndian, type, kind: KINDS[kind], rows, cols, complex, name, dataStart, next: dataStart + size };
}

/** v4 files have no signature: the head must be a well-formed variable header. */
export const isMat4 = (head: Uint8Array): boolean => readHeader(head, 0) !== undefined;

/**
 * Read all variables of a MAT v4 file, as far as it is sound.
 * @throws FormatError when not even the first one can be read
 */
export function readMat4(bytes: Uint8Array, name: string): MatFile {
  const variables = new Map<string, MatValue>();
  const warnings: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const header = readHeader(bytes, at);
    if (header === undefined || header.next > bytes.length) {
      const error = new FormatError({
        where: header === undefined ? name : `${name}, variable ${header.name}`,
        what: "has a damaged or truncated variable",
        at: `byte ${at}`,
        expected: header === undefined ? "a variable header" : `data up to byte ${header.next}`,
        got: header === undefined ? "other bytes" : `${bytes.length} bytes`,
      });
      if (variables.size === 0) throw error;
      warnings.push(`The rest of the file was not read: ${error.message}.`);
      break;
    }
    variables.set(header.name, readValue(bytes, header));
    at = header.next;
  }
  return { version: "v4", variables, warnings };
}

function readValue(bytes: Uint8Array, header: Header): MatValue {
  const { littleEndian, type, kind, rows, cols, complex, dataStart } = header;
  const shape = [rows, cols];
  if (kind === "sparse") return { kind: "skipped", what: "a sparse matrix" };
  const stop = dataStart + rows * cols * elementBytes(type);
  const data = decodeElements(bytes.subarray(dataStart, stop), type, littleEndian);
  if (kind === "numeric") return { kind: "numeric", type, shape, data, complex };
  const texts = Array.from({ length: cols === 0 ? 0 : rows }, (_, r) =>
    Array.from({ length: cols }, (_, c) => String.fromCharCode(Number(data[r + c * rows]))).join(""),
  );
  return { kind: "char", shape, rows: texts };
}

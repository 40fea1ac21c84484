import { decodeElements, type ElementType, elementBytes, type NumericData } from "../arrays/elementType.ts";
import { readChars } from "./chars.ts";
import { contentOf, type Element, MI, outside, readInts, readName, readTag, type Scope, STORAGE } from "./element.ts";
import type { MatValue } from "./value.ts";

const CLASS = { CELL: 1, STRUCT: 2, OBJECT: 3, CHAR: 4, SPARSE: 5, FUNCTION: 16, OPAQUE: 17 } as const;

/** Numeric classes by number. */
const NUMERIC: Readonly<Record<number, ElementType>> = {
  6: "float64",
  7: "float32",
  8: "int8",
  9: "uint8",
  10: "int16",
  11: "uint16",
  12: "int32",
  13: "uint32",
  14: "int64",
  15: "uint64",
};

const SKIPPED: Readonly<Record<number, string>> = {
  [CLASS.SPARSE]: "a sparse matrix",
  [CLASS.FUNCTION]: "a function",
  [CLASS.OPAQUE]: "an opaque object",
};

const COMPLEX_FLAG = 0x0800;
const LOGICAL_FLAG = 0x0200;
/** Cells in structs in cells … deeper than this are taken for damage. */
const DEEPEST = 32;

export interface Variable {
  readonly name: string;
  readonly value: MatValue;
}

/**
 * Read the content of a miMATRIX element with everything inside it.
 * @throws FormatError naming the byte where sizes, counts or types do not fit
 * @see https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf
 */
export function readMatrix(scope: Scope, { start, stop }: Element, depth = 0): Variable {
  if (start === stop) return { name: "", value: emptyDouble() }; // how empty cells are written
  if (depth > DEEPEST) throw outside(scope, start, `at most ${DEEPEST} levels of nesting`, "more");
  const flagsTag = readTag(scope, start, stop);
  const [word = 0] = readInts(scope, flagsTag);
  const classNumber = word & 0xff;
  if (classNumber === CLASS.OPAQUE) {
    const nameTag = readTag(scope, flagsTag.next, stop); // opaque objects have no dimensions
    return { name: readName(scope, nameTag), value: { kind: "skipped", what: SKIPPED[CLASS.OPAQUE] } };
  }
  const shapeTag = readTag(scope, flagsTag.next, stop);
  const shape = readInts(scope, shapeTag);
  const nameTag = readTag(scope, shapeTag.next, stop);
  const name = readName(scope, nameTag);
  const count = shape.reduce((product, n) => product * n, 1);
  if (shape.length < 2 || shape.length > 32 || shape.some((n) => n < 0) || !Number.isSafeInteger(count)) {
    throw outside(scope, shapeTag.start, "2 to 32 dimensions, none negative", `[${shape.slice(0, 8).join(", ")}]`);
  }
  const body: Body = { scope, at: nameTag.next, stop, shape, count, depth };
  return { name, value: readValue(body, classNumber, word) };
}

/** What follows flags, dimensions and name. */
interface Body {
  readonly scope: Scope;
  readonly at: number;
  readonly stop: number;
  readonly shape: readonly number[];
  readonly count: number;
  readonly depth: number;
}

function readValue(body: Body, classNumber: number, flags: number): MatValue {
  const { scope, at, stop, shape } = body;
  if (Object.hasOwn(SKIPPED, classNumber)) return { kind: "skipped", what: SKIPPED[classNumber] };
  if (classNumber === CLASS.CELL) return { kind: "cell", shape, items: readMatrices(body, at, body.count) };
  if (classNumber === CLASS.STRUCT) return readStruct(body, at);
  if (classNumber === CLASS.OBJECT) return readStruct(body, readTag(scope, at, stop).next); // after the class name
  if (classNumber === CLASS.CHAR) return readChars(scope, readTag(scope, at, stop), shape);
  if (!Object.hasOwn(NUMERIC, classNumber)) throw outside(scope, at, "a known array class", String(classNumber));
  const type = (flags & LOGICAL_FLAG) !== 0 ? "bool" : NUMERIC[classNumber];
  return { kind: "numeric", type, shape, data: readNumbers(body, type), complex: (flags & COMPLEX_FLAG) !== 0 };
}

/** Numbers, in the array type of the class whatever type they are stored in. */
function readNumbers({ scope, at, stop, count }: Body, type: ElementType): NumericData {
  const tag = readTag(scope, at, stop);
  const stored = STORAGE[tag.type];
  if (stored === undefined) throw outside(scope, at, "a numeric storage type", String(tag.type));
  const bytes = contentOf(scope, tag);
  if (bytes.length !== count * elementBytes(stored)) {
    throw outside(scope, at, `${count} elements of ${stored}`, `${bytes.length} bytes`);
  }
  const values = decodeElements(bytes, stored, scope.littleEndian);
  return stored === type ? values : convert(values, type);
}

const ARRAYS = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

function convert(values: NumericData, type: ElementType): NumericData {
  const source = values as Iterable<number | bigint>;
  if (type === "int64") return BigInt64Array.from(Array.from(source, toBigInt));
  if (type === "uint64") return BigUint64Array.from(Array.from(source, toBigInt));
  const target = new ARRAYS[type as keyof typeof ARRAYS](values.length);
  for (let i = 0; i < values.length; i++) target[i] = Number(values[i]);
  return target;
}

const toBigInt = (value: number | bigint): bigint =>
  typeof value === "bigint" ? value : BigInt(Number.isFinite(value) ? Math.trunc(value) : 0);

/** `count` matrices one after the other; each takes at least its tag. */
function readMatrices({ scope, stop, depth }: Body, at: number, count: number): MatValue[] {
  if (count > (stop - at) / 8) throw outside(scope, at, `${count} elements`, `${stop - at} bytes`);
  const values: MatValue[] = [];
  let next = at;
  for (let i = 0; i < count; i++) {
    const tag = readTag(scope, next, stop);
    if (tag.type !== MI.MATRIX) throw outside(scope, next, "an array (type 14)", `type ${tag.type}`);
    values.push(readMatrix(scope, tag, depth + 1).value);
    next = tag.next;
  }
  return values;
}

function readStruct(body: Body, at: number): MatValue {
  const { scope, stop, shape, count } = body;
  const lengthTag = readTag(scope, at, stop);
  const [length = 0] = readInts(scope, lengthTag);
  const namesTag = readTag(scope, lengthTag.next, stop);
  const total = namesTag.stop - namesTag.start;
  if (total > 0 && (length <= 0 || total % length !== 0)) {
    throw outside(scope, lengthTag.start, `a name length that divides ${total}`, String(length));
  }
  const names = Array.from({ length: total === 0 ? 0 : total / length }, (_, i) =>
    readName(scope, { ...namesTag, start: namesTag.start + i * length, stop: namesTag.start + (i + 1) * length }),
  );
  const values = readMatrices(body, namesTag.next, count * names.length);
  const fields = new Map(
    names.map((name, f) => [name, Array.from({ length: count }, (_, i) => values[i * names.length + f])]),
  );
  return { kind: "struct", shape, fields };
}

const emptyDouble = (): MatValue => ({
  kind: "numeric",
  type: "float64",
  shape: [0, 0],
  data: new Float64Array(0),
  complex: false,
});

import type { ByteSource } from "../source/byteSource.ts";
import { decodeElements, type ElementType, elementBytes, type NumericData } from "./elementType.ts";

/** First index and first index not read, along one axis. */
export type Range = readonly [start: number, stop: number];

/** A numeric n-d array of a file: its description is at hand, its values are read on request. */
export interface NamedArray {
  /** Name inside the file: `sig`, `data_group_0/X`, `EEG/data`. */
  readonly path: string;
  readonly shape: readonly number[];
  /** Element type as the file names it: "float64", "int16", … */
  readonly dtype: string;
  /** Records (along axis 0) that the file stores together, so that reading one costs as much as reading all of them. */
  readonly recordsPerBlock?: number;
  /** @returns the values inside the ranges (one per axis), row-major */
  read(ranges: readonly Range[]): Promise<Float64Array>;
}

/** "row-major": the last axis runs fastest (NumPy's C order); "column-major": the first one does (MATLAB, Fortran). */
export type ElementOrder = "row-major" | "column-major";

/** Elements between neighbours along each axis. */
function stridesOf(shape: readonly number[], order: ElementOrder): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let k = 0; k < shape.length; k++) {
    const axis = order === "row-major" ? shape.length - 1 - k : k;
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** One axis of a box of elements: how many, and how far apart they lie where they come from and where they go to. */
interface Axis {
  readonly count: number;
  readonly stride: number;
  readonly outStride: number;
}

/** The axes of the box inside `ranges`, slowest in the source first, and the source index of its first element. */
function boxOf(ranges: readonly Range[], strides: readonly number[]): { axes: Axis[]; origin: number } {
  const counts = ranges.map(([start, stop]) => stop - start);
  const outStrides = stridesOf(counts, "row-major");
  const axes = counts.map((count, k) => ({ count, stride: strides[k], outStride: outStrides[k] }));
  axes.sort((a, b) => b.stride - a.stride);
  return { axes, origin: ranges.reduce((sum, [start], k) => sum + start * strides[k], 0) };
}

const countOf = (axes: readonly Axis[]): number => axes.reduce((product, { count }) => product * count, 1);

/** Elements from the first to the last one of a box, both included. */
const spanOf = (axes: readonly Axis[]): number => axes.reduce((span, a) => span + (a.count - 1) * a.stride, 1);

function copyBox(data: NumericData, axes: readonly Axis[], from: number, out: Float64Array, to: number, depth = 0) {
  if (depth === axes.length) {
    out[to] = Number(data[from]);
    return;
  }
  const { count, stride, outStride } = axes[depth];
  if (depth < axes.length - 1) {
    for (let i = 0; i < count; i++) copyBox(data, axes, from + i * stride, out, to + i * outStride, depth + 1);
  } else if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < count; i++) out[to + i * outStride] = Number(data[from + i * stride]);
  } else {
    for (let i = 0; i < count; i++) out[to + i * outStride] = data[from + i * stride];
  }
}

/** An array whose elements are in memory. */
export function memoryArray(
  path: string,
  dtype: string,
  shape: readonly number[],
  data: NumericData,
  order: ElementOrder,
): NamedArray {
  const strides = stridesOf(shape, order);
  return {
    path,
    dtype,
    shape,
    async read(ranges) {
      const { axes, origin } = boxOf(ranges, strides);
      const out = new Float64Array(countOf(axes));
      if (out.length > 0) copyBox(data, axes, origin, out, 0);
      return out;
    },
  };
}

/** How the elements of an array lie in a file. */
export interface StoredLayout {
  readonly type: ElementType;
  readonly littleEndian: boolean;
  readonly order: ElementOrder;
  /** Byte offset of the first element. */
  readonly offset: number;
}

/** Bytes taken by one read of a stored array at most. */
const BLOCK_BYTES = 8 * 2 ** 20;
/** Below this a further seek costs more than reading bytes that are not needed. */
const SEEK_BYTES = 64 * 2 ** 10;

/** An array that lies uncompressed in a file; only the blocks that hold the wanted elements are read. */
export function storedArray(
  source: ByteSource,
  path: string,
  shape: readonly number[],
  { type, littleEndian, order, offset }: StoredLayout,
): NamedArray {
  const strides = stridesOf(shape, order);
  const size = elementBytes(type);

  async function take(axes: readonly Axis[], at: number, out: Float64Array, to: number): Promise<void> {
    const bytes = await source.read(offset + at * size, spanOf(axes) * size);
    copyBox(decodeElements(bytes, type, littleEndian), axes, 0, out, to);
  }

  /** Read a box whole, in slices along its slowest axis, or element row by element row, whichever touches fewer bytes. */
  async function gather(axes: readonly Axis[], at: number, out: Float64Array, to: number): Promise<void> {
    const span = spanOf(axes);
    const wasteful = span > 4 * countOf(axes);
    if (span * size <= SEEK_BYTES || (span * size <= BLOCK_BYTES && !wasteful)) return take(axes, at, out, to);
    const [{ count, stride, outStride }, ...rest] = axes;
    const seeks = wasteful && stride * size >= SEEK_BYTES;
    const step = seeks ? 1 : Math.max(1, Math.floor(BLOCK_BYTES / size / stride));
    for (let i = 0; i < count; i += step) {
      const [from, target] = [at + i * stride, to + i * outStride];
      if (step === 1) await gather(rest, from, out, target);
      else await take([{ count: Math.min(step, count - i), stride, outStride }, ...rest], from, out, target);
    }
  }

  return {
    path,
    dtype: type,
    shape,
    async read(ranges) {
      const { axes, origin } = boxOf(ranges, strides);
      const out = new Float64Array(countOf(axes));
      if (out.length > 0) await gather(axes, origin, out, 0);
      return out;
    },
  };
}

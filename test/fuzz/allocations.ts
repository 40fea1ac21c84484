/**
 * Counts what code allocates: typed arrays and lists made by length, and WebAssembly memory. Import this module before
 * every other one, so that libraries which keep a constructor in a variable keep the counting one.
 */
const counted = { bytes: 0, largest: 0, limit: Number.POSITIVE_INFINITY, refused: 0 };

/** Bytes allocated since `startCounting`. */
export interface Allocations {
  readonly bytes: number;
  readonly largest: number;
  /** Size of the first allocation that was refused because it passed the limit; 0 for none. */
  readonly refused: number;
}

/** Count from 0; an allocation that takes the sum past `limit` fails with a RangeError, as it does where memory ends. */
export function startCounting(limit: number): void {
  counted.bytes = 0;
  counted.largest = 0;
  counted.refused = 0;
  counted.limit = limit;
}

/** Stop refusing and tell what was counted. */
export function stopCounting(): Allocations {
  counted.limit = Number.POSITIVE_INFINITY;
  const { bytes, largest, refused } = counted;
  return { bytes, largest, refused };
}

function count(bytes: number): void {
  if (!(bytes > 0)) return;
  if (counted.bytes + bytes > counted.limit) {
    counted.refused ||= bytes;
    throw new RangeError(`Array buffer allocation failed: ${bytes} bytes`);
  }
  counted.bytes += bytes;
  counted.largest = Math.max(counted.largest, bytes);
}

interface ArrayType {
  readonly BYTES_PER_ELEMENT: number;
  readonly prototype: { constructor: unknown };
  new (...args: never[]): object;
}

/** Elements of a new array made from these arguments; 0 for a view of memory that is there already. */
function lengthOf([first]: readonly unknown[]): number {
  if (typeof first === "number") return first;
  if (typeof first !== "object" || first === null || first instanceof ArrayBuffer) return 0;
  return first instanceof SharedArrayBuffer ? 0 : Number((first as ArrayLike<unknown>).length ?? 0);
}

function counting<T extends ArrayType>(type: T): T {
  const proxy = new Proxy(type, {
    construct(target, args, newTarget) {
      count(lengthOf(args) * target.BYTES_PER_ELEMENT);
      return Reflect.construct(target, args, newTarget);
    },
  });
  type.prototype.constructor = proxy; // what slice, map and filter make their copies with
  return proxy;
}

const TYPES = [
  "Float64Array",
  "Float32Array",
  "BigInt64Array",
  "BigUint64Array",
  "Int32Array",
  "Uint32Array",
  "Int16Array",
  "Uint16Array",
  "Int8Array",
  "Uint8Array",
] as const;

/** Bytes of one place in a list. */
const PLACE = 8;

/** Replace the constructors of this thread, once. */
export function countAllocations(): void {
  const globals = globalThis as unknown as Record<string, ArrayType>;
  for (const name of TYPES) globals[name] = counting(globals[name]);
  const { from } = Array;
  Array.from = function (this: unknown, items: unknown, ...rest: unknown[]) {
    count(PLACE * Number((items as ArrayLike<unknown>).length ?? 0));
    return (from as (...args: unknown[]) => unknown[]).call(this, items, ...rest);
  } as typeof Array.from;
  globals["Array"] = new Proxy(Array, {
    construct(target, args, newTarget) {
      if (args.length === 1 && typeof args[0] === "number") count(PLACE * args[0]);
      return Reflect.construct(target, args, newTarget);
    },
  }) as unknown as ArrayType;
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (pages: number) {
    count(pages * 65536);
    return grow.call(this, pages);
  };
}

countAllocations();

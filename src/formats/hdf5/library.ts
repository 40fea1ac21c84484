import type { Dataset, File, Group } from "h5wasm";
import { FormatError } from "../../errors.ts";
import { inflationLimit } from "../arrays/boundedInflate.ts";
import { decodeElements, type ElementType, elementBytes, type NumericData } from "../arrays/elementType.ts";
import type { Range } from "../arrays/namedArray.ts";
import type { ByteSource } from "../source/byteSource.ts";
import { checkCollections, findCollections, lengthBytesOf, OVERLAP } from "./globalHeaps.ts";
import { captureExports, PristineMemory } from "./pristine.ts";

/**
 * Largest HDF5 file opened, bytes. The HDF5 library reads synchronously, so the whole file is copied into its virtual
 * file system (in memory; nothing is written to disk) until the recording is closed.
 */
export const FILE_LIMIT = 2 ** 30;
/** Bytes copied at once. */
const COPY_BYTES = 16 * 2 ** 20;
/** Most bytes of one read: files may declare far more than they hold. */
const READ_LIMIT = 2 ** 30;
/** HDF5 type classes. */
const TYPE = { INTEGER: 0, FLOAT: 1 } as const;

export type Hdf5Object = Dataset | Group;

/** An HDF5 file inside the library. */
export interface Hdf5File {
  readonly root: File;
  /** Paths of all groups and datasets, each once, without the leading slash. */
  paths(): string[];
  /** The group or dataset; undefined for broken and external links, and for objects that cannot be read. */
  get(path: string): Hdf5Object | undefined;
  isDataset(object: object): object is Dataset;
  /** Numbers inside the ranges, row-major. */
  readNumbers(dataset: Dataset, type: ElementType, ranges: readonly Range[]): NumericData;
  /** Run one library call; its failures become FormatErrors. */
  guard<T>(what: string, call: () => T): T;
  /** Closes the file and frees its memory. */
  close(): void;
}

type Library = typeof import("h5wasm");
type Module = Awaited<Library["ready"]>;

interface Loaded {
  readonly library: Library;
  readonly module: Module;
  readonly memory: PristineMemory;
}

let loading: Promise<Loaded> | undefined;

/** Load the WebAssembly library (4 MB) when the first HDF5 file is opened. */
async function load(): Promise<Loaded> {
  loading ??= (async () => {
    const { loaded, captured } = await captureExports(async () => {
      const library = await import("h5wasm");
      return { library, module: await library.ready };
    });
    const { library, module } = loaded;
    module.activate_throwing_error_handler(); // else errors are printed and zeros come back
    return { library, module, memory: new PristineMemory(module, captured) };
  })();
  return loading;
}

/**
 * Copy the file into the library's memory and open it read-only.
 * @throws FormatError when it is too large, damaged or truncated
 */
export async function openHdf5File(source: ByteSource): Promise<Hdf5File> {
  const { name, size } = source;
  if (size > FILE_LIMIT) {
    throw new FormatError({
      where: name,
      what: "is too large for the HDF5 reader, which holds the file in memory",
      expected: `at most ${FILE_LIMIT} bytes`,
      got: `${size} bytes`,
      todo: "Split the file, or store the signal as an NPY file, which is read in pieces",
    });
  }
  const { library, module, memory } = await load();
  const path = `/${crypto.randomUUID()}.h5`; // a name that no file can refer to
  const guard = guardFor(name, memory);
  const allowance = inflationLimit(size);
  let closed = false;
  const close = (root?: File): void => {
    if (closed) return;
    closed = true;
    closeFile(module, root, path);
    memory.unwind();
    memory.leave(allowance);
  };
  memory.enter(allowance);
  try {
    await copyIn(module, source, path);
    const root = guard("is a damaged HDF5 file", () => new library.File(path, "r"));
    return { ...reading(library, module, memory, root, guard), root, guard, close: () => close(root) };
  } catch (error) {
    close();
    throw error;
  }
}

async function copyIn({ FS }: Module, source: ByteSource, path: string): Promise<void> {
  FS.writeFile(path, new Uint8Array(0));
  FS.truncate(path, source.size); // one allocation of the right size
  const stream = FS.open(path, "r+");
  const collections: number[] = [];
  try {
    for (let at = 0; at < source.size; at += COPY_BYTES - OVERLAP) {
      const bytes = await source.read(at, Math.min(COPY_BYTES, source.size - at));
      FS.write(stream, bytes, 0, bytes.length, at);
      for (const found of findCollections(bytes)) collections.push(at + found);
    }
    checkHeaps(FS, stream, source, collections);
  } finally {
    FS.close(stream);
  }
}

/** What the library would walk through without end is refused before it sees the file. */
function checkHeaps(
  FS: Module["FS"],
  stream: ReturnType<Module["FS"]["open"]>,
  { name, size }: ByteSource,
  collections: readonly number[],
): void {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const read = (at: number): DataView => {
    FS.read(stream, bytes, 0, bytes.length, at);
    return view;
  };
  let lengthBytes: number | undefined;
  for (let at = 0; at + bytes.length <= size && lengthBytes === undefined; at = at === 0 ? 512 : 2 * at) {
    read(at);
    lengthBytes = lengthBytesOf(bytes); // the superblock stands behind a user block of 0, 512, 1024, 2048, … bytes
  }
  if (lengthBytes !== undefined) checkCollections(collections, size, Math.min(8, lengthBytes), read, name);
}

function closeFile(module: Module, root: File | undefined, path: string): void {
  try {
    root?.close();
  } catch {
    // objects of a damaged file may refuse; its memory goes all the same
  }
  remove(module, path);
}

function remove({ FS }: Module, path: string): void {
  if (FS.analyzePath(path).exists) FS.unlink(path);
}

/** HDF5's own message is a stack of C functions, innermost last; its last reason is the useful part. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const reasons = [...text.matchAll(/in \w+\(\): (.+)/g)].map(([, reason]) => reason.trim());
  return reasons.at(-1) ?? text.split("\n")[0].slice(0, 200);
}

function guardFor(where: string, memory: PristineMemory): Hdf5File["guard"] {
  return (what, call) => {
    try {
      return call();
    } catch (cause) {
      memory.unwind();
      if (cause instanceof FormatError) throw cause;
      throw new FormatError({ where, what, got: reasonOf(cause), todo: "The file is truncated or damaged", cause });
    }
  };
}

function reading(
  library: Library,
  module: Module,
  memory: PristineMemory,
  root: File,
  guard: Hdf5File["guard"],
): Omit<Hdf5File, "root" | "guard" | "close"> {
  return {
    paths: () => guard("has a damaged table of contents", () => root.paths()),
    get(path) {
      try {
        const found = guard(path, () => root.get(path));
        return found instanceof library.Dataset || found instanceof library.Group ? found : undefined;
      } catch {
        return undefined;
      }
    },
    isDataset: (object): object is Dataset => object instanceof library.Dataset,
    readNumbers(dataset, type, ranges) {
      const counts = ranges.map(([start, stop]) => BigInt(stop - start));
      const starts = ranges.map(([start]) => BigInt(start));
      const steps = ranges.map(() => 1n);
      const size = counts.reduce((product, n) => product * Number(n), elementBytes(type));
      return guard(`cannot read ${dataset.path.replace(/^\//, "")}`, () => {
        if (size > READ_LIMIT) throw new Error(`${size} bytes at once, more than ${READ_LIMIT}: read a shorter range`);
        const pointer = size === 0 ? 0 : memory.granting(2 * size, () => module._malloc(size)); // it takes a fifth more
        if (size > 0 && pointer === 0) throw new Error(`no memory for ${size} bytes`);
        try {
          if (size > 0) module.get_dataset_data(root.file_id, dataset.path, counts, starts, steps, BigInt(pointer));
          return decodeElements(module.HEAPU8.slice(pointer, pointer + size), type); // the library gives native byte order
        } finally {
          if (pointer !== 0) module._free(pointer);
        }
      });
    },
  };
}

/** The element type of a dataset of numbers; undefined for all other kinds. */
export function numericType({ metadata }: Dataset): ElementType | undefined {
  const { type, size, signed } = metadata;
  const bits = 8 * size;
  if (type === TYPE.FLOAT && [16, 32, 64].includes(bits)) return `float${bits}` as ElementType;
  if (type === TYPE.INTEGER && [8, 16, 32, 64].includes(bits))
    return `${signed ? "int" : "uint"}${bits}` as ElementType;
  return undefined;
}

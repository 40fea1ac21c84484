/** What of the library's module is needed here. */
interface Instance {
  /** The memory as it is now: another array after it has grown. */
  readonly HEAPU8: Uint8Array;
  readonly FS: unknown;
}

/** A file of the library's virtual file system that is open. */
interface OpenStream {
  readonly fd: number;
}

const PAGE_BYTES = 65536;
/** The first three are standard input, output and error. */
const FIRST_FILE = 3;

/**
 * Keeps one damaged file from spoiling the next. The C code of the HDF5 library writes past its own buffers on some damaged
 * files, and from then on refuses sound ones. Its state lies in one memory, so the memory of the freshly loaded library is
 * kept (3 MB) and put back whenever no file is open.
 */
export class PristineMemory {
  readonly #instance: Instance;
  readonly #stackPointer: WebAssembly.Global | undefined;
  /** Bytes up to which the memory may grow now. */
  #limit: number;
  readonly #stackStart: unknown;
  /** Up to the last byte that is not 0. */
  readonly #image: Uint8Array;
  #users = 0;

  /** @param exports of the instance, from `captureExports` */
  constructor(instance: Instance, { stackPointer, memory }: CapturedExports) {
    this.#instance = instance;
    this.#limit = instance.HEAPU8.length;
    if (memory !== undefined) this.#bound(memory);
    this.#stackPointer = stackPointer;
    this.#stackStart = stackPointer?.value;
    const { buffer, byteOffset, byteLength } = instance.HEAPU8;
    const words = new Float64Array(buffer, byteOffset, byteLength / 8);
    let end = words.length;
    while (end > 0 && Object.is(words[end - 1], 0)) end--;
    this.#image = instance.HEAPU8.slice(0, 8 * end);
  }

  /**
   * To be called before a file is opened.
   * @param allowance bytes that the library may take for it
   */
  enter(allowance: number): void {
    this.#limit += allowance;
    if (this.#users++ > 0) return;
    this.unwind();
    this.#closeStreams();
    const memory = this.#instance.HEAPU8;
    memory.set(this.#image);
    memory.fill(0, this.#image.length);
  }

  /** To be called once for each `enter`, when the file is closed. */
  leave(allowance: number): void {
    this.#users--;
    this.#limit -= allowance;
  }

  /** Run a call that needs `bytes` more, because the caller asked for so much. */
  granting<T>(bytes: number, call: () => T): T {
    this.#limit += bytes;
    try {
      return call();
    } finally {
      this.#limit -= bytes;
    }
  }

  /** The library takes what a damaged file states, half a gigabyte for one of 9 kB, and memory once taken is never given back. */
  #bound(memory: WebAssembly.Memory): void {
    const grow = memory.grow.bind(memory);
    memory.grow = (pages) => {
      const wanted = memory.buffer.byteLength + pages * PAGE_BYTES;
      if (wanted > this.#limit) throw new RangeError(`${wanted} bytes of memory, more than ${this.#limit}`);
      return grow(pages);
    };
  }

  /**
   * To be called where a call of the library ended in an error. Errors leave its C functions as JavaScript exceptions,
   * about 1 kB of the stack stays taken each time, and after some 2000 of them the stack runs into the data.
   */
  unwind(): void {
    if (this.#stackPointer !== undefined) this.#stackPointer.value = this.#stackStart;
  }

  /** Files that the library left open when a damaged one stopped it: they would hold their content. */
  #closeStreams(): void {
    const fs = this.#instance.FS as { streams: (OpenStream | null)[]; close(stream: OpenStream): void };
    for (const stream of fs.streams.slice(FIRST_FILE)) if (stream) fs.close(stream);
  }
}

/** What the library keeps to itself of its WebAssembly instance; undefined where the instance was made before. */
export interface CapturedExports {
  readonly stackPointer?: WebAssembly.Global;
  readonly memory?: WebAssembly.Memory;
}

/** Run `load` and catch what the WebAssembly instance that it makes exports. */
export async function captureExports<T>(load: () => Promise<T>): Promise<{ loaded: T; captured: CapturedExports }> {
  const { instantiate } = WebAssembly;
  let captured: CapturedExports = {};
  const watch = async (...args: Parameters<typeof instantiate>): Promise<unknown> => {
    const made: unknown = await instantiate(...args);
    const instance =
      made instanceof WebAssembly.Instance ? made : (made as { instance: WebAssembly.Instance }).instance;
    const { __stack_pointer: stackPointer, memory, H5open } = instance.exports;
    if (H5open !== undefined && stackPointer instanceof WebAssembly.Global && memory instanceof WebAssembly.Memory) {
      captured = { stackPointer, memory };
    }
    return made;
  };
  WebAssembly.instantiate = watch as typeof instantiate;
  try {
    const loaded = await load();
    return { loaded, captured };
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

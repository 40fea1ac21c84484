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
  readonly #stackStart: unknown;
  /** Up to the last byte that is not 0. */
  readonly #image: Uint8Array;
  #users = 0;

  /** @param stackPointer of the instance, from `captureStackPointer` */
  constructor(instance: Instance, stackPointer: WebAssembly.Global | undefined) {
    this.#instance = instance;
    this.#stackPointer = stackPointer;
    this.#stackStart = stackPointer?.value;
    const { buffer, byteOffset, byteLength } = instance.HEAPU8;
    const words = new Float64Array(buffer, byteOffset, byteLength / 8);
    let end = words.length;
    while (end > 0 && Object.is(words[end - 1], 0)) end--;
    this.#image = instance.HEAPU8.slice(0, 8 * end);
  }

  /** To be called before a file is opened. */
  enter(): void {
    if (this.#users++ > 0) return;
    this.unwind();
    this.#closeStreams();
    const memory = this.#instance.HEAPU8;
    memory.set(this.#image);
    memory.fill(0, this.#image.length);
  }

  /** To be called once for each `enter`, when the file is closed. */
  leave(): void {
    this.#users--;
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

/**
 * Run `load` and catch the stack pointer of the WebAssembly instance that it makes: the library does not hand it out.
 * @returns undefined where the instance was made before, or has none
 */
export async function captureStackPointer<T>(
  load: () => Promise<T>,
): Promise<{ loaded: T; stackPointer: WebAssembly.Global | undefined }> {
  const { instantiate } = WebAssembly;
  let stackPointer: WebAssembly.Global | undefined;
  const watch = async (...args: Parameters<typeof instantiate>): Promise<unknown> => {
    const made: unknown = await instantiate(...args);
    const { exports } = (made instanceof WebAssembly.Instance ? made : (made as { instance: WebAssembly.Instance }).instance); // biome-ignore format: one line
    if (exports.__stack_pointer instanceof WebAssembly.Global) stackPointer ??= exports.__stack_pointer;
    return made;
  };
  WebAssembly.instantiate = watch as typeof instantiate;
  try {
    const loaded = await load();
    return { loaded, stackPointer };
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

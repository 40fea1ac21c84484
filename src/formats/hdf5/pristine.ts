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
  /** Up to the last byte that is not 0. */
  readonly #image: Uint8Array;
  #users = 0;

  constructor(instance: Instance) {
    this.#instance = instance;
    const { buffer, byteOffset, byteLength } = instance.HEAPU8;
    const words = new Float64Array(buffer, byteOffset, byteLength / 8);
    let end = words.length;
    while (end > 0 && Object.is(words[end - 1], 0)) end--;
    this.#image = instance.HEAPU8.slice(0, 8 * end);
  }

  /** To be called before a file is opened. */
  enter(): void {
    if (this.#users++ > 0) return;
    this.#closeStreams();
    const memory = this.#instance.HEAPU8;
    memory.set(this.#image);
    memory.fill(0, this.#image.length);
  }

  /** To be called once for each `enter`, when the file is closed. */
  leave(): void {
    this.#users--;
  }

  /** Files that the library left open when a damaged one stopped it: they would hold their content. */
  #closeStreams(): void {
    const fs = this.#instance.FS as { streams: (OpenStream | null)[]; close(stream: OpenStream): void };
    for (const stream of fs.streams.slice(FIRST_FILE)) if (stream) fs.close(stream);
  }
}

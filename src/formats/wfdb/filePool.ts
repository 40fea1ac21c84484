import { FormatError } from "../../errors.ts";
import type { ByteSource } from "../source/byteSource.ts";

/** Files that stay open between reads; a record of a thousand segments must not hold a thousand handles. */
const MOST_IDLE = 16;

interface Entry {
  readonly source: Promise<ByteSource>;
  users: number;
}

/** The files beside a header, opened on first use and closed when many others have been used since. */
export class FilePool {
  readonly #root: ByteSource;
  /** In order of last use. */
  readonly #open = new Map<string, Entry>();
  #closed = false;

  constructor(root: ByteSource) {
    this.#root = root;
  }

  /**
   * Run `work` with the file open.
   * @throws FormatError when there is no such file or the pool is closed, and whatever `work` throws
   */
  async use<T>(name: string, work: (source: ByteSource) => Promise<T>): Promise<T> {
    if (this.#closed) throw new FormatError({ where: name, what: "its recording is closed" });
    const entry = this.#open.get(name) ?? { source: this.#root.sibling(name), users: 0 };
    this.#open.delete(name);
    this.#open.set(name, entry);
    entry.users++;
    try {
      return await work(await entry.source);
    } finally {
      entry.users--;
      await this.#trim(name, entry);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const sources = [...this.#open.values()].map(({ source }) => source);
    this.#open.clear();
    await Promise.all(sources.map(closeIfOpen));
  }

  async #trim(name: string, entry: Entry): Promise<void> {
    const failed = await entry.source.then(
      () => false,
      () => true,
    );
    if (failed && this.#open.get(name) === entry) this.#open.delete(name);
    for (const [oldest, { source, users }] of this.#open) {
      if (this.#open.size <= MOST_IDLE) return;
      if (users > 0) continue;
      this.#open.delete(oldest);
      await closeIfOpen(source);
    }
  }
}

async function closeIfOpen(source: Promise<ByteSource>): Promise<void> {
  await source.then(
    (opened) => opened.close(),
    () => undefined,
  );
}

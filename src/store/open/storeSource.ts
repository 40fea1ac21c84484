/** The files of a store, wherever they are. Paths are relative to the store's folder, with `/`. */
export interface StoreSource {
  /** Name of the store's folder without its parents; used in messages. */
  readonly name: string;
  /** Bytes of a file; undefined where there is none. */
  size(path: string): Promise<number | undefined>;
  /**
   * Part of a file that `size` says is there; the caller may keep but not change it.
   * @throws FormatError when the range leaves the file or the medium fails
   */
  read(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** Names of the folders directly inside the store; absent where folders cannot be listed (HTTP). */
  folders?(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** All bytes of a file; undefined where there is none. */
export async function readAll(source: StoreSource, path: string): Promise<Uint8Array | undefined> {
  const size = await source.size(path);
  return size === undefined ? undefined : source.read(path, 0, size);
}

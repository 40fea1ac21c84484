import { FormatError } from "../../../errors.ts";
import type { WindowStore } from "../../../store/index.ts";

/** A store as another thread has it open. */
export interface StoreAddress {
  readonly folder: string;
  /** Of the store as it is open there. */
  readonly fingerprint: string;
}

/**
 * Open a store once more: rows must mean the same windows in both.
 * @throws FormatError when the store has changed in between, besides those of `open`
 */
export async function openSame(
  { folder, fingerprint }: StoreAddress,
  open: (folder: string) => Promise<WindowStore>,
): Promise<WindowStore> {
  const store = await open(folder);
  if (store.fingerprint === fingerprint) return store;
  await store.close();
  throw new FormatError({
    where: store.name,
    what: "the store changed while it was opened",
    expected: fingerprint.slice(0, 12),
    got: store.fingerprint.slice(0, 12),
    todo: "Start again when nothing is being prepared",
  });
}

import { UsageError } from "../../errors.ts";
import type { WindowStore } from "../../store/index.ts";

/**
 * A name of its own for the corpus of each store. Stores are named after their recipe, so two of one recipe get a number: "folder", "folder (2)".
 * @throws UsageError for a store that stands twice
 */
export function corpusNames(stores: readonly Pick<WindowStore, "name" | "fingerprint">[]): string[] {
  return stores.map(({ name, fingerprint }, i) => {
    const before = stores.slice(0, i).filter((store) => store.name === name);
    if (before.some((store) => store.fingerprint === fingerprint)) {
      throw new UsageError({
        where: `corpus ${name}`,
        what: "stands twice",
        todo: "Name every store once; a weight draws more from it",
      });
    }
    return before.length === 0 ? name : `${name} (${before.length + 1})`;
  });
}

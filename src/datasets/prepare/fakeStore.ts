import { UsageError } from "../../errors.ts";
import type { ChannelSpec, StorePart, StoreWriter, WindowRow } from "../../store/index.ts";

export interface FakePart {
  readonly windows: readonly (WindowRow & { readonly channels: readonly ChannelSpec[] })[];
  readonly splits: Readonly<Record<string, string>>;
  readonly provenance: Readonly<Record<string, unknown>>;
}

export interface FakeStore extends StoreWriter {
  readonly parts: Map<string, FakePart>;
  /** Parts begun and not ended. */
  open: number;
  summary?: Readonly<Record<string, unknown>>;
}

/** A store in memory, for tests. @param failing throws from the n-th append on, as a full disk does */
export function fakeStore(failing?: { after: number; error: Error }): FakeStore {
  const parts = new Map<string, FakePart>();
  let appends = 0;
  const store: FakeStore = {
    parts,
    open: 0,
    async openPart(partId) {
      if (parts.has(partId)) throw new UsageError({ where: partId, what: "is committed" });
      const windows: (WindowRow & { channels: readonly ChannelSpec[] })[] = [];
      const splits: Record<string, string> = {};
      let ended = false;
      const end = () => {
        if (!ended) store.open--;
        ended = true;
      };
      store.open++;
      const part: StorePart = {
        assign(subject, split) {
          splits[subject] = split;
        },
        async append(channels, rows) {
          if (failing !== undefined && ++appends > failing.after) throw failing.error;
          for (const row of rows) windows.push({ ...row, x: row.x.slice(), channels });
        },
        async commit(provenance) {
          end();
          parts.set(partId, { windows, splits, provenance: JSON.parse(JSON.stringify(provenance)) });
        },
        async abort() {
          end();
        },
      };
      return part;
    },
    isCommitted: async (partId) => parts.has(partId),
    committedParts: async () => [...parts.keys()].sort(),
    provenance: async (partId) => parts.get(partId)!.provenance,
    async finish(summary) {
      store.summary = JSON.parse(JSON.stringify(summary));
    },
  };
  return store;
}

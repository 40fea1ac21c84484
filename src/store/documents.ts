import type { Json } from "../formats/json.ts";
import { asJson } from "./canonical.ts";
import type { Layout } from "./layout.ts";
import type { StoreMeta } from "./storeWriter.ts";
import type { SplitName } from "./windowStore.ts";
import { groupMetadata } from "./zarr/arrayMetadata.ts";

/** Version of what the attributes of the groups mean and of which arrays there are. */
export const STORE_VERSION = 1;

/** The attributes of the root group. */
export interface RootRecord {
  readonly meta: StoreMeta;
  /** Ids of the parts, where the store was finished: for sources that cannot list folders. */
  readonly parts?: readonly string[];
  readonly summary?: Readonly<Record<string, unknown>>;
}

/** The attributes of the group of a part. */
export interface PartRecord {
  readonly id: string;
  /** Over layouts, samples, table and splits; not over the provenance. */
  readonly digest: string;
  readonly subjects: readonly string[];
  /** Two persons may have a recording of the same name: then it stands here twice. */
  readonly recordings: readonly string[];
  readonly splits: readonly (readonly [subject: string, split: SplitName])[];
  readonly layouts: readonly (Layout & { readonly windows: number })[];
  readonly provenance: Readonly<Record<string, unknown>>;
}

export const rootDocument = (record: RootRecord): Json =>
  groupMetadata({ panluna: asJson({ kind: "store", version: STORE_VERSION, ...record }) });

/** @param members the documents of the groups and arrays of the part; they never change, so they stand here, too */
export const partDocument = (record: PartRecord, members: Readonly<Record<string, Json>>): Json =>
  groupMetadata({ panluna: asJson({ kind: "part", version: STORE_VERSION, ...record }) }, members);

/** Samples per window and channel. */
export const windowLength = ({ sfreq, windowSeconds }: Pick<StoreMeta, "sfreq" | "windowSeconds">): number =>
  Math.round(sfreq * windowSeconds);

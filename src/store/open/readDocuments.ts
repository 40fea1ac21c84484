import { FormatError, UsageError } from "../../errors.ts";
import type { Json } from "../../formats/json.ts";
import { SENSORS } from "../../signal/index.ts";
import { checkMeta } from "../create/checkMeta.ts";
import { type PartRecord, type RootRecord, STORE_VERSION } from "../documents.ts";
import type { ChannelSpec } from "../layout.ts";

/** A JSON object of a file, of which nothing is known yet. */
type Unknown = { readonly [key: string]: unknown };

/** Read the document of the root. @throws FormatError naming what is wrong */
export function readRoot(bytes: Uint8Array, where: string): RootRecord {
  const record = groupRecord(bytes, where, "store").record as unknown as RootRecord;
  try {
    checkMeta((record.meta ?? {}) as RootRecord["meta"]);
  } catch (error) {
    throw error instanceof UsageError ? new FormatError({ ...error.parts, where }) : error;
  }
  if (record.parts !== undefined && !isTexts(record.parts)) throw damaged(where, "parts", "a list of ids");
  return record;
}

/** Read the document of a part, and those of its arrays by path below the part. @throws FormatError naming what is wrong */
export function readPart(
  bytes: Uint8Array,
  where: string,
): { record: PartRecord; members: Readonly<Record<string, Json>> } {
  const { record, document } = groupRecord(bytes, where, "part");
  const need = (holds: boolean, at: string, expected: string) => {
    if (!holds) throw damaged(where, at, expected);
  };
  const { id, digest, subjects, recordings, splits, layouts, provenance } = record;
  need(typeof id === "string", "id", "text");
  need(typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest), "digest", "64 hex digits");
  need(isTexts(subjects), "subjects", "a list of names");
  need(isTexts(recordings), "recordings", "a list of names");
  need(Array.isArray(splits) && splits.every(isSplit), "splits", "pairs of a subject and train, val or test");
  need(Array.isArray(layouts) && layouts.every(isLayout), "layouts", "a list of layouts with channels and windows");
  need(isObject(provenance), "provenance", "an object");
  const members = (document.consolidated_metadata as Unknown | undefined)?.metadata;
  need(isObject(members), "consolidated_metadata", "the documents of the arrays");
  return { record: record as unknown as PartRecord, members: members as Readonly<Record<string, Json>> };
}

/** The attributes of a group of this program. */
function groupRecord(bytes: Uint8Array, where: string, kind: "store" | "part"): { record: Unknown; document: Unknown } {
  const document = parseJson(bytes, where);
  const attributes = isObject(document) && isObject(document.attributes) ? document.attributes : {};
  const record = attributes.panluna;
  if (!isObject(document) || document.zarr_format !== 3 || document.node_type !== "group" || !isObject(record)) {
    const todo = "Name a folder that panluna prepare has made";
    throw new FormatError({ where, what: `no ${kind} of windows`, at: "zarr.json", todo });
  }
  if (record.kind !== kind) throw damaged(where, "kind", kind, record.kind);
  if (record.version !== STORE_VERSION) throw damaged(where, "version", String(STORE_VERSION), record.version);
  return { record, document };
}

function parseJson(bytes: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const todo = "Delete this part and prepare it again";
    throw new FormatError({ where, what: "is not JSON", at: "zarr.json", got: `${bytes.length} bytes`, todo, cause });
  }
}

const isObject = (value: unknown): value is Unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

const isSplit = (pair: unknown): boolean =>
  isTexts(pair) && pair.length === 2 && ["train", "val", "test"].includes(pair[1]);

function isLayout(layout: unknown): boolean {
  if (!isObject(layout) || typeof layout.id !== "string" || !/^[a-z0-9-]{1,100}$/.test(layout.id)) return false;
  const { channels, windows } = layout;
  if (!Number.isInteger(windows) || (windows as number) < 1 || (windows as number) > 2 ** 31) return false;
  return Array.isArray(channels) && channels.length > 0 && channels.every(isChannel);
}

function isChannel(channel: unknown): channel is ChannelSpec {
  if (!isObject(channel) || typeof channel.name !== "string") return false;
  const { sensor, location } = channel;
  if (!Array.isArray(location) || location.length > 3 || !location.every(Number.isFinite)) return false;
  return (SENSORS as readonly unknown[]).includes(sensor);
}

const damaged = (where: string, at: string, expected: string, got?: unknown): FormatError =>
  new FormatError({
    where,
    what: "the attributes of zarr.json are damaged or of another version",
    at,
    expected,
    got: got === undefined ? undefined : (JSON.stringify(got) ?? "nothing").slice(0, 80),
  });

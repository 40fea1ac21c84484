import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { FormatError, UsageError } from "../../errors.ts";
import { asJson } from "../canonical.ts";
import { type RootRecord, rootDocument } from "../documents.ts";
import { readPart, readRoot } from "../open/readDocuments.ts";
import { explained, openPartFolder, removeLeftovers, syncFolder } from "../part/node.ts";
import { partFolder, partIdOf } from "../partName.ts";
import type { CreateStore, StoreMeta, StoreWriter } from "../storeWriter.ts";
import { checkMeta } from "./checkMeta.ts";
import { type Difference, differences } from "./differences.ts";

/**
 * Open a folder for writing a store, making it if need be; parts already there are kept, leftovers of killed writers go.
 * @throws UsageError when the folder holds another store or anything else, or the description is not one of a store
 */
export const createStore: CreateStore = async (folder, given) => {
  const path = resolve(folder);
  const name = basename(path);
  const meta = asJson(given) as unknown as StoreMeta;
  checkMeta(meta);
  await explained(name, () => prepareFolder(path, meta));
  const root = async (): Promise<RootRecord> => readRoot(await readFile(join(path, "zarr.json")), name);
  const writer: StoreWriter = {
    async openPart(partId) {
      const record = await root();
      if (record.parts !== undefined) await replaceRoot(path, { meta: record.meta }); // the list is about to become wrong
      return openPartFolder(path, partId, meta);
    },
    isCommitted: async (partId) => existsSync(join(path, partFolder(partId), "zarr.json")),
    committedParts: () => committedIn(path),
    async provenance(partId) {
      const bytes = await readFile(join(path, partFolder(partId), "zarr.json")).catch((cause) => {
        throw new FormatError({ where: name, what: `the part ${partId} is not committed`, cause });
      });
      return readPart(bytes, `${name}/${partId}`).record.provenance;
    },
    async finish(summary) {
      const parts = await committedIn(path);
      await explained(name, () => replaceRoot(path, { meta, parts, summary }));
    },
  };
  return writer;
};

async function prepareFolder(path: string, meta: StoreMeta): Promise<void> {
  await mkdir(path, { recursive: true });
  const rootFile = join(path, "zarr.json");
  if (!existsSync(rootFile)) {
    const strange = (await readdir(path)).find((entry) => !entry.startsWith(".") && entry !== "zarr.json");
    if (strange !== undefined) throw notAStore(basename(path), strange);
    await writeRoot(path, { meta }, "new");
  }
  const there = readRoot(await readFile(rootFile), basename(path)).meta;
  const differ = differences(there, meta);
  if (differ.length > 0) throw otherStore(basename(path), differ);
  await removeLeftovers(path);
}

const replaceRoot = (path: string, record: RootRecord) => writeRoot(path, record, "replace");

/** Write the root's document under its name in one step; "new" leaves one that another process wrote meanwhile. */
async function writeRoot(path: string, record: RootRecord, how: "new" | "replace"): Promise<void> {
  const hidden = join(path, `.zarr.json.${randomBytes(6).toString("hex")}`);
  const handle = await open(hidden, "wx");
  try {
    await handle.writeFile(`${JSON.stringify(rootDocument(record), null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const target = join(path, "zarr.json");
  try {
    if (how === "new")
      await link(hidden, target); // fails where the name is taken, as `rename` does not
    else await rename(hidden, target);
  } catch (error) {
    if (how === "replace") throw error;
    if (!existsSync(target)) await rename(hidden, target); // a file system without links
  } finally {
    await rm(hidden, { force: true });
  }
  await syncFolder(path);
}

async function committedIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const parts = entries.filter((entry) => entry.isDirectory()).map(({ name }) => partIdOf(name));
  return parts.filter((id) => id !== undefined).sort();
}

const notAStore = (where: string, got: string): UsageError =>
  new UsageError({ where, what: "the folder is no store and not empty", got, todo: "Name a new or an empty folder" });

function otherStore(where: string, differ: readonly Difference[]): UsageError {
  const [{ path, there, wanted }] = differ;
  return new UsageError({
    where,
    what: `the folder holds another store: ${differ.map((d) => d.path).join(", ")} ${differ.length > 1 ? "differ" : "differs"}`,
    expected: `${path} ${there}`,
    got: wanted,
    todo: "Name a new folder, or delete this one to prepare it anew",
  });
}

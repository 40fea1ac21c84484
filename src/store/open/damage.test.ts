import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FormatError } from "../../errors.ts";
import { createStore, openStore } from "../node.ts";
import { eeg, fakeMeta, fakeRows } from "../pairs/fakeWindows.ts";
import { memoryStore } from "../pairs/memoryStore.ts";
import { withChecksum } from "../zarr/crc32c.ts";
import { indexBytes } from "../zarr/shard.ts";

let folder: string;
let layout: string;
beforeAll(async () => {
  folder = join(mkdtempSync(join(tmpdir(), "panluna-store-")), "fake");
  const writer = await createStore(folder, fakeMeta());
  const part = await writer.openPart("p1");
  await part.append(eeg, fakeRows("A", eeg, 20)); // 16 windows a chunk: two chunks
  await part.commit({});
  await writer.finish({});
  layout = readdirSync(join(folder, "p1")).find((name) => name.startsWith("eeg")) as string;
});
afterAll(() => rmSync(join(folder, ".."), { recursive: true }));

let files: ReturnType<typeof memoryStore>;
beforeEach(() => {
  files = memoryStore(folder);
});

const all = Array.from({ length: 20 }, (_, i) => i);
const shard = () => `p1/${layout}/x/c/0/0/0`;
const readAllWindows = async () => (await openStore(files)).read(all);

/** Replace a file by what `change` makes of it. */
const damage = (path: string, change: (bytes: Uint8Array) => Uint8Array) => {
  const bytes = files.files.get(path);
  if (bytes === undefined) throw new Error(`no file ${path}`);
  files.files.set(path, change(bytes.slice()));
};

const editJson = (path: string, edit: (document: Record<string, never>) => unknown) =>
  damage(path, (bytes) => {
    const document = JSON.parse(new TextDecoder().decode(bytes));
    edit(document);
    return new TextEncoder().encode(JSON.stringify(document));
  });

describe("a damaged shard", () => {
  it("is named when it is missing", async () => {
    files.files.delete(shard());
    await expect(readAllWindows()).rejects.toThrow(`fake/${shard()}: the shard is missing`);
    await expect(readAllWindows()).rejects.toThrow(FormatError);
  });

  it("that vanishes while the store is open is named, too", async () => {
    const store = await openStore(files);
    await store.read([0]);
    files.files.delete(shard());
    await expect(store.read([19])).rejects.toThrow(`fake/${shard()}: the shard is missing`);
  });

  it("is named wherever it is cut off", async () => {
    const whole = files.files.get(shard()) as Uint8Array;
    const cuts = [0, 1, 15, 1000, whole.length - indexBytes(2), whole.length - 5, whole.length - 1];
    for (const length of cuts) {
      files.files.set(shard(), whole.subarray(0, length));
      await expect(readAllWindows()).rejects.toThrow(new RegExp(`${shard()}: the shard (is truncated|has an index)`));
    }
  });

  it("is named for a flipped bit anywhere: none is read as samples", async () => {
    const whole = files.files.get(shard()) as Uint8Array;
    const places = [...Array.from({ length: 30 }, (_, i) => Math.floor((i * whole.length) / 30)), whole.length - 1];
    for (const place of places) {
      damage(shard(), () => {
        const broken = whole.slice();
        broken[place] ^= 0x10;
        return broken;
      });
      await expect(readAllWindows()).rejects.toThrow(new RegExp(`fake/${shard()}: .*checksum fails`));
    }
  });

  it("whose index is sealed but points elsewhere is named", async () => {
    for (const [entry, value] of [
      [0, 2n ** 64n - 2n],
      [1, 2n ** 40n],
      [2, 2n ** 64n - 1n],
    ] as const) {
      files = memoryStore(folder);
      damage(shard(), (bytes) => {
        const size = indexBytes(2);
        const index = bytes.slice(-size, -4);
        new DataView(index.buffer).setBigUint64(8 * entry, value, true);
        bytes.set(withChecksum(index), bytes.length - size);
        return bytes;
      });
      await expect(readAllWindows()).rejects.toThrow(
        `fake/${shard()}: the shard has an index without a place for chunk`,
      );
    }
  });

  it("whose chunk claims to unpack to gigabytes is refused before it is unpacked", async () => {
    damage(shard(), (bytes) => {
      const view = new DataView(bytes.buffer);
      const length = view.getUint32(12, true); // Blosc's own length of the first chunk, without the checksum
      view.setUint32(4, 2 ** 31 - 1, true);
      bytes.set(withChecksum(bytes.slice(0, length)), 0);
      return bytes;
    });
    await expect(readAllWindows()).rejects.toThrow(/of another size: expected 12288 bytes, got 2147483647 bytes/);
  });
});

describe("a damaged part", () => {
  const document = "p1/zarr.json";
  const attributes = (edit: (record: Record<string, unknown>) => void) =>
    editJson(document, (d) => edit((d.attributes as Record<string, never>).panluna));

  it("is named when a column of its table is missing or damaged", async () => {
    const column = `p1/${layout}/onset/c/0`;
    damage(column, (bytes) => bytes.subarray(0, -1));
    await expect(openStore(files)).rejects.toThrow(
      `fake/${column}: the shard has a chunk at byte 0 whose checksum fails`,
    );
    files.files.delete(column);
    await expect(openStore(files)).rejects.toThrow(`fake/${column}: the shard is missing`);
  });

  it("is named when its document is gone, cut off or of another kind", async () => {
    const whole = files.files.get(document) as Uint8Array;
    for (const bytes of [whole.subarray(0, 100), new Uint8Array(), Uint8Array.of(255)]) {
      files.files.set(document, bytes);
      await expect(openStore(files)).rejects.toThrow(/fake\/p1: is not JSON at zarr\.json/);
    }
    files.files.set(document, files.files.get("zarr.json") as Uint8Array);
    await expect(openStore(files)).rejects.toThrow(/fake\/p1: .*expected part, got "store"/);
    files.files.delete(document);
    await expect(openStore(files)).rejects.toThrow(/fake\/p1: the part has no zarr\.json/);
  });

  it.each<[string, (record: Record<string, unknown>) => void, RegExp]>([
    ["version", (r) => Object.assign(r, { version: 99 }), /another version at version: expected 1, got 99/],
    ["id", (r) => Object.assign(r, { id: "p2" }), /a part of another name: expected p1, got p2/],
    ["digest", (r) => Object.assign(r, { digest: "x" }), /at digest/],
    ["subjects", (r) => Object.assign(r, { subjects: [] }), /subject: an index at window 0: expected less than 0/],
    ["recordings", (r) => Object.assign(r, { recordings: 3 }), /at recordings/],
    ["splits", (r) => Object.assign(r, { splits: [["A", "dev"]] }), /at splits/],
    ["layouts", (r) => Object.assign(r, { layouts: [{ id: "../..", channels: [], windows: 1 }] }), /at layouts/],
    [
      "windows",
      (r) => Object.assign((r.layouts as object[])[0], { windows: 1e9 }),
      /not what this store says it holds/,
    ],
    ["channels", (r) => (r.layouts as { channels: object[] }[])[0].channels.pop(), /not what this store says it holds/],
  ])("is named for wrong %s", async (_, edit, message) => {
    attributes(edit);
    await expect(openStore(files)).rejects.toThrow(message);
    await expect(openStore(files)).rejects.toThrow(FormatError);
  });

  it("does not lead to huge allocations by what its arrays claim to be", async () => {
    editJson(document, (d) => {
      const [first] = (d.attributes as { panluna: { layouts: { windows: number }[] } }).panluna.layouts;
      first.windows = 2 ** 31;
      const { metadata } = d.consolidated_metadata as { metadata: Record<string, { shape?: number[] }> };
      for (const { shape } of Object.values(metadata)) if (shape !== undefined) shape[0] = 2 ** 31;
    });
    await expect(openStore(files)).rejects.toThrow(/c\/1: the shard is missing/);
  });

  it("with a codec, type or chunk that is not this program's is refused", async () => {
    for (const edit of [
      (x: { data_type: string }) => Object.assign(x, { data_type: "float32" }),
      (x: { codecs: { configuration: { chunk_shape: number[] } }[] }) =>
        Object.assign(x.codecs[0].configuration, { chunk_shape: [0, 3, 128] }),
      (x: { codecs: { configuration: object }[] }) => Object.assign(x.codecs[0].configuration, { index_codecs: [] }),
    ]) {
      files = memoryStore(folder);
      editJson(document, (d) => {
        const { metadata } = d.consolidated_metadata as { metadata: Record<string, never> };
        edit(metadata[`${layout}/x`]);
      });
      await expect(openStore(files)).rejects.toThrow(/x: the array is not what this store says it holds/);
    }
  });
});

describe("what is no store", () => {
  it("says so", async () => {
    await expect(openStore(join(folder, "nowhere"))).rejects.toThrow(
      /nowhere: no store of windows: it has no zarr\.json/,
    );
    await expect(openStore(join(folder, "p1"))).rejects.toThrow(/p1: .*expected store, got "part"/);
    editJson("zarr.json", (d) => {
      (d.attributes as { panluna: { meta: { sfreq: number } } }).panluna.meta.sfreq = -1;
    });
    await expect(openStore(files)).rejects.toThrow(/fake: .* at sfreq: expected a rate in Hz, got -1/);
  });
});

import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FormatError } from "../../errors.ts";
import { blobSource } from "./blob.ts";
import { type ByteSource, memorySource } from "./byteSource.ts";
import { fileSource } from "./node.ts";
import { urlSource } from "./url.ts";

const BYTES = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 31) % 251);
const OTHER = Uint8Array.of(1, 2, 3);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves a.bin and b.bin with ranges, as static servers do. */
const ranged: Answer = (request, response) => {
  const bytes = request.url === "/data/a.bin" ? BYTES : request.url === "/data/b.bin" ? OTHER : undefined;
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  if (bytes === undefined || range === null) return void response.writeHead(404).end();
  const part = bytes.subarray(Number(range[1]), Number(range[2]) + 1);
  const contentRange = `bytes ${range[1]}-${Number(range[1]) + part.length - 1}/${bytes.length}`;
  response.writeHead(206, { "content-range": contentRange }).end(part);
};

let answer: Answer = ranged;
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.headers.range ?? "whole");
  answer(request, response);
});
let base = "";
let folder = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/`;
  folder = await mkdtemp(join(tmpdir(), "panluna-source-"));
  await writeFile(join(folder, "a.bin"), BYTES);
  await writeFile(join(folder, "b.bin"), OTHER);
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const sources: Readonly<Record<string, () => Promise<ByteSource>>> = {
  memory: async () => memorySource(BYTES, "a.bin", new Map([["b.bin", OTHER]])),
  blob: async () => blobSource(new Blob([BYTES]), "a.bin", [new File([OTHER], "b.bin")]),
  file: () => fileSource(join(folder, "a.bin")),
  url: () => urlSource(new URL("a.bin", base)),
};

describe.each(Object.entries(sources))("a %s source", (_, openSource) => {
  it("knows name and size, and gives exactly the bytes asked for", async () => {
    const source = await openSource();
    expect([source.name, source.size]).toEqual(["a.bin", 10_000]);
    expect(await source.read(0, 0)).toHaveLength(0);
    expect([...(await source.read(9_990, 10))]).toEqual([...BYTES.subarray(9_990)]);
    expect([...(await source.read(17, 300))]).toEqual([...BYTES.subarray(17, 317)]);
    await source.close();
  });

  it.each([
    [9_999, 2],
    [-1, 2],
    [0, -1],
    [0.5, 1],
    [Number.NaN, 1],
    [2 ** 53, 1],
  ])("refuses to read from %d for %d", async (offset, length) => {
    const source = await openSource();
    await expect(source.read(offset, length)).rejects.toThrow(FormatError);
    await source.close();
  });

  it("opens a file beside it, and only there", async () => {
    const source = await openSource();
    const sibling = await source.sibling("b.bin");
    expect([...(await sibling.read(0, 3))]).toEqual([1, 2, 3]);
    await sibling.close();
    await expect(source.sibling("c.bin")).rejects.toThrow("needs the file c.bin beside it");
    for (const name of ["../b.bin", "/etc/passwd", "x\\b.bin", "..", ".", "", "c:b.bin", "b\0.bin"]) {
      await expect(source.sibling(name)).rejects.toThrow("outside its own folder");
    }
    await source.close();
  });
});

describe("a URL source", () => {
  it("asks for the ranges read and nothing else", async () => {
    const source = await urlSource(new URL("a.bin", base));
    asked.length = 0;
    await source.read(100, 50);
    expect(asked).toEqual(["bytes=100-149"]);
  });

  it("takes a file whole, once, from a server without ranges", async () => {
    answer = (_, response) => void response.writeHead(200).end(BYTES);
    const source = await urlSource(new URL("a.bin", base));
    asked.length = 0;
    expect([...(await source.read(5, 5))]).toEqual([...BYTES.subarray(5, 10)]);
    expect(asked).toEqual([]);
    answer = ranged;
  });

  it("refuses a file that is announced too large to be taken whole, before it is taken", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": String(2 ** 30) });
      response.write(BYTES);
    };
    await expect(urlSource(new URL("a.bin", base))).rejects.toThrow("serve it with range requests");
    answer = ranged;
  });

  it("notices a server that sends something else", async () => {
    const source = await urlSource(new URL("a.bin", base));
    answer = (_, response) => void response.writeHead(206, { "content-range": "bytes 0-2/10000" }).end(OTHER);
    await expect(source.read(0, 10)).rejects.toThrow("sent another range");
    answer = (_, response) => void response.writeHead(503).end();
    await expect(source.read(0, 10)).rejects.toThrow("status 503");
    answer = ranged;
  });

  it("says what cannot be fetched, without query or folder", async () => {
    const error = await urlSource(new URL("none.bin?token=secret", base)).catch((e: Error) => e);
    expect(String(error)).toBe("FormatError: none.bin: cannot be fetched: got status 404");
  });
});

describe("a file source", () => {
  it("says so when the file shrinks under it", async () => {
    const path = join(folder, "shrinking.bin");
    await writeFile(path, BYTES);
    const source = await fileSource(path);
    await truncate(path, 100);
    await expect(source.read(50, 100)).rejects.toThrow("became shorter while it was read");
    await source.close();
  });

  it("refuses folders and missing files by name alone", async () => {
    await expect(fileSource(folder)).rejects.toThrow("is not a file");
    const error = await fileSource(join(folder, "none.edf")).catch((e: Error) => e);
    expect(String(error)).toBe("FormatError: none.edf: cannot be opened: got no such file. Check the path");
  });
});

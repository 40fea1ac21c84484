import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";
import { gzipSync } from "node:zlib";

/** A page server on 127.0.0.1 that counts what it sends. */
export interface PageServer {
  /** Ends in "/". */
  readonly url: string;
  /** Compressed bytes sent per path so far. */
  readonly sent: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export interface PageServerOptions {
  /** URL prefix to folder; the longest prefix wins. */
  readonly folders: Readonly<Record<string, string>>;
  /** Send the COOP and COEP headers that threads need. */
  readonly isolated: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Serve files as a good web server does: gzip, correct types, and isolation headers if asked. */
export async function servePages({ folders, isolated }: PageServerOptions): Promise<PageServer> {
  const sent = new Map<string, number>();
  const compressed = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://page").pathname);
    const file = fileOf(folders, path.endsWith("/") ? `${path}index.html` : path);
    const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    if (file === undefined || bytes === undefined) {
      response.writeHead(404, isolated ? ISOLATION : {}).end();
      return;
    }
    const body = compressed.get(path) ?? gzipSync(bytes);
    compressed.set(path, body);
    sent.set(path, (sent.get(path) ?? 0) + body.length);
    response.writeHead(200, {
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
      "Content-Encoding": "gzip",
      "Content-Length": body.length,
      ...(isolated ? ISOLATION : {}),
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The file behind a path; undefined where it would leave its folder. */
function fileOf(folders: Readonly<Record<string, string>>, path: string): string | undefined {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const prefix = prefixes.find((candidate) => path.startsWith(candidate));
  if (prefix === undefined) return undefined;
  const folder = normalize(`${folders[prefix]}${sep}`);
  const file = normalize(join(folder, path.slice(prefix.length)));
  return file.startsWith(folder) ? file : undefined;
}

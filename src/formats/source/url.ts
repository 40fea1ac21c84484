import { FormatError } from "../../errors.ts";
import { type ByteSource, checkRange, checkSiblingName, memorySource, missingSibling } from "./byteSource.ts";

/** Most bytes taken from a server that does not answer range requests; a larger file is refused, not half-read. */
const WHOLE_FILE_LIMIT = 512 * 2 ** 20;

/**
 * A file behind http(s), read by range requests. Where the server ignores ranges, the file is fetched once, up to 512 MiB.
 * @throws FormatError when the server cannot be reached or refuses
 */
export async function urlSource(url: URL, fetchFn: typeof fetch = fetch): Promise<ByteSource> {
  const name = decodeURIComponent(url.pathname.split("/").at(-1) || url.hostname);
  const first = await request(fetchFn, url, name, { Range: "bytes=0-0" });
  if (first.status !== 206) return wholeFile(first, url, name, fetchFn);
  const size = Number(/\/(\d+)$/.exec(first.headers.get("content-range") ?? "")?.[1] ?? Number.NaN);
  await first.arrayBuffer();
  if (!Number.isSafeInteger(size)) {
    throw new FormatError({ where: name, what: "the server does not tell the size of the file (Content-Range)" });
  }
  return {
    name,
    size,
    async read(offset, length) {
      checkRange({ name, size }, offset, length);
      if (length === 0) return new Uint8Array(0);
      const response = await request(fetchFn, url, name, { Range: `bytes=${offset}-${offset + length - 1}` });
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (response.status === 206 && bytes.length === length) return bytes;
      throw new FormatError({
        where: name,
        what: "the server sent another range than asked for",
        at: `byte ${offset}`,
        expected: `${length} bytes (status 206)`,
        got: `${bytes.length} bytes (status ${response.status})`,
      });
    },
    sibling: (other) => siblingOf(url, name, other, fetchFn),
    async close() {},
  };
}

async function wholeFile(response: Response, url: URL, name: string, fetchFn: typeof fetch): Promise<ByteSource> {
  const announced = Number(response.headers.get("content-length") ?? 0);
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    size += part.value.length;
    if (Math.max(size, announced) > WHOLE_FILE_LIMIT) {
      await reader?.cancel();
      throw new FormatError({
        where: name,
        what: "the server does not support range requests and the file is too large to take whole",
        expected: `at most ${WHOLE_FILE_LIMIT} bytes`,
        got: `${Math.max(size, announced)} bytes`,
        todo: "Download the file first, or serve it with range requests",
      });
    }
    parts.push(part.value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { ...memorySource(bytes, name), sibling: (other) => siblingOf(url, name, other, fetchFn) };
}

async function siblingOf(url: URL, name: string, other: string, fetchFn: typeof fetch): Promise<ByteSource> {
  checkSiblingName(name, other);
  const target = new URL(url);
  target.pathname = url.pathname.replace(/[^/]*$/, encodeURIComponent(other));
  try {
    return await urlSource(target, fetchFn);
  } catch (cause) {
    throw missingSibling(name, other, cause);
  }
}

async function request(
  fetchFn: typeof fetch,
  url: URL,
  name: string,
  headers: Record<string, string>,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetchFn(url, { headers });
  } catch (cause) {
    throw new FormatError({ where: name, what: "cannot be fetched", got: String(cause), cause });
  }
  if (response.ok) return response;
  throw new FormatError({ where: name, what: "cannot be fetched", got: `status ${response.status}` });
}

import { fileURLToPath } from "node:url";
import type { Recording } from "../signal/recording.ts";
import { openSource } from "./open.ts";
import { fileSource } from "./source/node.ts";
import { urlSource } from "./source/url.ts";
import { dataSource, type WebOpenOptions } from "./web.ts";

export type NodeOpenOptions = WebOpenOptions;

/**
 * Open a recording. Of a file or URL only what is asked for is read; nothing is fetched unless a URL is given.
 * @param input a path, an http(s) or file URL, a Blob or File, or bytes
 * @throws FormatError when it cannot be read, UsageError when it does not say enough (with an example of how to say it)
 */
export async function open(
  input: string | URL | File | Blob | Uint8Array | ArrayBuffer,
  { siblings, name, ...options }: NodeOpenOptions = {},
): Promise<Recording> {
  if (typeof input !== "string" && !(input instanceof URL)) {
    return openSource(dataSource(input, name, siblings), options);
  }
  const url = input instanceof URL ? input : /^(https?|file):\/\//i.test(input) ? new URL(input) : undefined;
  if (url === undefined) return openSource(await fileSource(String(input)), options);
  return openSource(url.protocol === "file:" ? await fileSource(fileURLToPath(url)) : await urlSource(url), options);
}

import { UsageError } from "../errors.ts";
import type { Recording } from "../signal/recording.ts";
import type { OpenOptions } from "./fileFormat.ts";
import { openSource } from "./open.ts";
import { blobSource } from "./source/blob.ts";
import { type ByteSource, memorySource } from "./source/byteSource.ts";
import { urlSource } from "./source/url.ts";

export interface WebOpenOptions extends OpenOptions {
  /** The other files that the user picked with this one, for formats that spread over several (WFDB). */
  readonly siblings?: readonly File[];
  /** Name of a file given as bytes or Blob; shown in messages, and its extension decides where the content fits several formats. */
  readonly name?: string;
}

/**
 * Open a recording in the browser. Of a File or URL only what is asked for is read.
 * @param input a File, Blob, URL (relative ones count from the page) or bytes
 * @throws FormatError when it cannot be read, UsageError when it does not say enough (with an example of how to say it)
 */
export async function open(
  input: File | Blob | URL | string | Uint8Array | ArrayBuffer,
  { siblings, name, ...options }: WebOpenOptions = {},
): Promise<Recording> {
  if (typeof input === "string") return openSource(await urlSource(urlOf(input)), options);
  if (input instanceof URL) return openSource(await urlSource(input), options);
  return openSource(dataSource(input, name, siblings), options);
}

/** Source over data that is already at hand. */
export function dataSource(
  input: File | Blob | Uint8Array | ArrayBuffer,
  name?: string,
  siblings: readonly File[] = [],
): ByteSource {
  if (input instanceof Blob) {
    return blobSource(input, name ?? (input instanceof File ? input.name : undefined), siblings);
  }
  const bytes = input instanceof ArrayBuffer ? new Uint8Array(input) : input;
  if (!(bytes instanceof Uint8Array)) {
    throw new UsageError({
      where: name ?? "open",
      what: "cannot open what it was given",
      expected: "a File, Blob, URL, Uint8Array or ArrayBuffer",
      got: Object.prototype.toString.call(input),
    });
  }
  if (siblings.length === 0) return memorySource(bytes, name);
  const blobs = blobSource(new Blob([]), name, siblings);
  return { ...memorySource(bytes, name), sibling: (other) => blobs.sibling(other) };
}

function urlOf(text: string): URL {
  try {
    return new URL(text, globalThis.location?.href);
  } catch (cause) {
    throw new UsageError({ where: "open", what: "is not a URL", got: JSON.stringify(text.slice(0, 200)), cause });
  }
}

import { FormatError } from "../errors.ts";
import type { Recording } from "../signal/recording.ts";
import { boundedInflater, inflationLimit } from "./arrays/boundedInflate.ts";
import { isGzip } from "./csv/textBlocks.ts";
import { type FileFormat, HEAD_BYTES, type OpenOptions } from "./fileFormat.ts";
import { FORMATS } from "./registry.ts";
import { type ByteSource, memorySource } from "./source/byteSource.ts";

/** Bytes read at once of a file that is inflated into memory. */
const READ_BYTES = 2 ** 20;

/**
 * Open a recording of any known format. The content decides which; the extension only where several fit.
 * A gzipped file of any format is inflated in memory, to 64 MiB plus 100 times its size at most.
 * The source belongs to the recording: it is closed with it, and also when opening fails.
 * @throws FormatError when the content is of no known format, or damaged (then it is the format's own error)
 * @throws UsageError when `options` lack what the file does not say, with an example of how to say it
 */
export async function openSource(source: ByteSource, options: OpenOptions = {}): Promise<Recording> {
  try {
    const head = await source.read(0, Math.min(HEAD_BYTES, source.size));
    const format = recogniseFormat(head, source.name);
    if (format !== undefined) return await format.open(source, options);
    if (isGzip(head)) return await openSource(await inflated(source), options);
    throw unknown(source, head);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The format that a file's first bytes show; undefined for none. */
export function recogniseFormat(head: Uint8Array, name: string): FileFormat | undefined {
  if (head.length === 0) return undefined;
  const byContent = FORMATS.filter((format) => format.recognise(head, ""));
  const found = byContent.length > 0 ? byContent : FORMATS.filter((format) => format.recognise(head, name));
  return found.find((format) => hasExtension(format, name)) ?? found[0];
}

const hasExtension = ({ extensions }: FileFormat, name: string): boolean =>
  extensions.some((extension) => name.toLowerCase().endsWith(extension));

/** The content of a gzipped file, under its name without ".gz"; files beside it stay reachable. */
async function inflated(source: ByteSource): Promise<ByteSource> {
  const pieces: Uint8Array[] = [];
  const take = (piece: Uint8Array): void => {
    pieces.push(piece);
  };
  const inflater = boundedInflater("gzip", source.name, inflationLimit(source.size), take);
  for (let at = 0; at < source.size; at += READ_BYTES) {
    const length = Math.min(READ_BYTES, source.size - at);
    inflater.push(await source.read(at, length), at + length === source.size);
  }
  const bytes = new Uint8Array(inflater.total);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  const inner = memorySource(bytes, source.name.replace(/\.gz$/i, ""));
  if (isGzip(bytes)) throw unknown(inner, bytes); // gzip in gzip: nobody's recording
  return { ...inner, sibling: (name) => source.sibling(name), close: () => source.close() };
}

function unknown(source: ByteSource, head: Uint8Array): FormatError {
  const supported = FORMATS.map(({ name, extensions }) => `${name} (${extensions.join(", ")})`).join(", ");
  const named = FORMATS.find((format) => hasExtension(format, source.name));
  const start = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return new FormatError({
    where: source.name,
    what: head.length === 0 ? "is empty" : named ? `is named like ${named.name} but is none` : "is of no known format",
    expected: supported,
    got: head.length === 0 ? "0 bytes" : `a file of ${source.size} bytes that starts with ${start}`,
    todo: "Convert it to one of these, or fetch it again if it should be one",
  });
}

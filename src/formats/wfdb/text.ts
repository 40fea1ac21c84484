/**
 * Text of a header or an annotation: UTF-8, or Latin-1 where the bytes are not valid UTF-8 (older records write "µV" so).
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}

/** Text up to the first zero byte, trimmed; undefined where nothing is left. */
export function decodeTerminated(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  const text = decodeText(end < 0 ? bytes : bytes.subarray(0, end)).trim();
  return text === "" ? undefined : text;
}

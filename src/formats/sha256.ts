import { SessionError } from "../errors.ts";

/**
 * SHA-256 of bytes, 64 hex digits.
 * @throws SessionError in a page that may not compute it: browsers offer it on https and localhost only
 */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  if (globalThis.crypto?.subtle === undefined) {
    throw new SessionError({
      where: "checksum",
      what: "cannot be computed in this page",
      expected: "a page from https:// or localhost",
      todo: "Serve it from there",
    });
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

import type { Json } from "../formats/json.ts";

/** A value as it comes back from a file. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** SHA-256 in hex. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

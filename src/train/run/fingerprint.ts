/** Hex digest over the stores of a run, in their order: what `RunIdentity.fingerprint` is. */
export async function dataFingerprint(stores: readonly { readonly fingerprint: string }[]): Promise<string> {
  const text = new TextEncoder().encode(stores.map(({ fingerprint }) => fingerprint).join());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

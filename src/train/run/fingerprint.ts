import { sha256Hex } from "../../formats/sha256.ts";

/** Hex digest over the stores of a run, in their order: what `RunIdentity.fingerprint` is. */
export async function dataFingerprint(stores: readonly { readonly fingerprint: string }[]): Promise<string> {
  return sha256Hex(new TextEncoder().encode(stores.map(({ fingerprint }) => fingerprint).join()));
}

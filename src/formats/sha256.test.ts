import { describe, expect, it, vi } from "vitest";
import { SessionError } from "../errors.ts";
import { sha256Hex } from "./sha256.ts";

describe("SHA-256", () => {
  it("is that of FIPS 180-4 (B.1), also of a view", async () => {
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(await sha256Hex(new TextEncoder().encode("abc"))).toBe(abc);
    expect(await sha256Hex(new TextEncoder().encode("xabcx").subarray(1, 4))).toBe(abc);
  });

  it("says where a page may compute it", async () => {
    vi.stubGlobal("crypto", {});
    const failed = sha256Hex(new Uint8Array(1)).finally(() => vi.unstubAllGlobals());
    await expect(failed).rejects.toThrow(SessionError);
    await expect(failed).rejects.toThrow(/https:\/\/ or localhost/);
  });
});

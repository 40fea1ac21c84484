import { describe, expect, it } from "vitest";
import { crc32c } from "./crc32c.ts";

/** Examples of RFC 3720, section B.4: 32 bytes each, and an iSCSI read command. */
const CASES: [string, Uint8Array, number][] = [
  ["zeros", new Uint8Array(32), 0x8a9136aa],
  ["ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["rising", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ["falling", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ["123456789", new TextEncoder().encode("123456789"), 0xe3069283],
  ["nothing", new Uint8Array(0), 0],
];

describe("crc32c", () => {
  it.each(CASES)("of %s is the published one", (_, bytes, sum) => {
    expect(crc32c(bytes)).toBe(sum);
  });

  it("goes on from part to part", () => {
    const bytes = Uint8Array.from({ length: 77 }, (_, i) => (i * 97) & 0xff);
    for (const cut of [0, 1, 7, 8, 9, 40, 77]) {
      expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
    }
  });
});

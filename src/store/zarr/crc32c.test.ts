import { expect, it } from "vitest";
import { checksumHolds, crc32c, withChecksum } from "./crc32c.ts";

const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);

it("CRC-32C has the values of RFC 3720, appendix B.4", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(ascending)).toBe(0x46dd794e);
  expect(crc32c(ascending.slice().reverse())).toBe(0x113fdb5c);
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283); // 9 bytes: the tail after the blocks of 8
});

it("a flipped bit anywhere, or a lost byte, is found", () => {
  const sealed = withChecksum(ascending);
  expect(checksumHolds(sealed)).toBe(true);
  for (let bit = 0; bit < 8 * sealed.length; bit++) {
    const broken = sealed.slice();
    broken[bit >> 3] ^= 1 << (bit & 7);
    expect(checksumHolds(broken)).toBe(false);
  }
  expect(checksumHolds(sealed.subarray(0, -1))).toBe(false);
  expect(checksumHolds(new Uint8Array(3))).toBe(false);
});

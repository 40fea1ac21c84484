import { expect, it } from "vitest";
import { checksumHolds } from "./crc32c.ts";
import { decodeShardIndex, encodeShardIndex, indexBytes } from "./shard.ts";

it("an index has offset and length of every chunk as little-endian uint64, all ones where there is none, and a checksum", () => {
  const index = encodeShardIndex([300, 5], 3);
  const hex = Array.from(index.subarray(0, 48), (byte) => byte.toString(16).padStart(2, "0")).join("");
  expect(hex).toBe(
    `${"0000000000000000"}${"2c01000000000000"}${"2c01000000000000"}${"0500000000000000"}${"ff".repeat(16)}`,
  );
  expect(index).toHaveLength(indexBytes(3));
  expect(checksumHolds(index)).toBe(true);
  expect(decodeShardIndex(index)).toEqual([{ offset: 0, length: 300 }, { offset: 300, length: 5 }, undefined]);
});

import type { Integers } from "../../src/quant/integerNetwork/index.ts";

/** Before the source of a network: tell the program, which has a function `trace`, of every result. */
export const TRACED = `#include <stdint.h>
void trace(int32_t step, const uint8_t *data, int32_t bytes);
#define PANLUNA_TRACE trace
`;

/** FNV-1a of the bytes of a tensor, as the programs print it. */
export function checksum(values: Integers): number {
  let sum = 0x811c9dc5;
  for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) {
    sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  }
  return sum;
}

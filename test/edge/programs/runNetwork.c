/* Runs a network on `x` and prints the checksum of every result, then the logits. */
#include "console.h"
#include "network.h"
#include "vectors.h"

#include <string.h>

static uint8_t arena[PANLUNA_ARENA_BYTES] __attribute__((aligned(16)));

/** FNV-1a of a result. */
void trace(int32_t step, const uint8_t *data, int32_t bytes) {
  uint32_t sum = 0x811c9dc5u;
  for (int32_t i = 0; i < bytes; i++) sum = (sum ^ data[i]) * 0x01000193u;
  console_number((uint32_t)step);
  console_text(" ");
  console_number(sum);
  console_text("\n");
}

int main(void) {
  memset(arena, 0xa5, sizeof arena);
  memcpy(arena + PANLUNA_X_OFFSET, x, 2 * PANLUNA_X_COUNT);
  panluna_run(arena);
  console_hex(arena + PANLUNA_LOGITS_OFFSET, 2 * PANLUNA_LOGITS_COUNT);
  console_exit(0);
  return 0;
}

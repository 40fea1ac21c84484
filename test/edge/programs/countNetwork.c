/* Runs a network on `x` and prints, of every step: its number, the checksum of its result, ticks. */
#include "console.h"
#include "network.h"
#include "vectors.h"

#include <string.h>

static uint8_t arena[PANLUNA_ARENA_BYTES] __attribute__((aligned(16)));

void trace(int32_t step, const uint8_t *data, int32_t bytes) {
  const uint32_t ticks = counter_ticks();
  uint32_t sum = 0x811c9dc5u;
  for (int32_t i = 0; i < bytes; i++) sum = (sum ^ data[i]) * 0x01000193u;
  console_number((uint32_t)step);
  console_text(" ");
  console_number(sum);
  console_text(" ");
  console_number(ticks);
  console_text("\n");
  counter_start();
}

int main(void) {
  memcpy(arena + PANLUNA_X_OFFSET, x, 2 * PANLUNA_X_COUNT);
  counter_start();
  panluna_run(arena);
  console_exit(0);
  return 0;
}

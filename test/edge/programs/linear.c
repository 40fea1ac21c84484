/* Runs the cases that linear.test.ts wrote and prints every result; guards around results and scratch must stay whole. */
#include <string.h>
#include "console.h"
#include "linear.h"
#include "vectors.h"

enum { ROWS, INNER, COLS, SMALL, BITS, INPUT_BITS, KIND, X, W, TABLE, Z, FIELDS };
enum { TO_S8, TO_S16, ADDED };
enum { GUARD = 8, FILL = 0x5a };

LAST_MEMORY static int8_t x_memory[MOST_X]; /* values stand at its end */
static int32_t y_memory[(MOST_Y + 2 * GUARD) / 4];
static int32_t scratch[(PL_LINEAR16_SCRATCH_NARROW(MOST_INNER) + 2 * GUARD) / 4];

static int32_t whole(const void *memory, int32_t count) {
  const uint8_t *bytes = memory;
  for (int32_t i = 0; i < GUARD; i++) {
    if (bytes[i] != FILL || bytes[GUARD + count + i] != FILL) return 0;
  }
  return 1;
}

static void product8(const pl_linear *layer, const int32_t *c, const int8_t *values, void *y, void *free) {
  if (c[KIND] == TO_S8) pl_linear_s8(layer, values, c[ROWS], y, free);
  if (c[KIND] == TO_S16) pl_linear_s16(layer, values, c[ROWS], y, free);
  if (c[KIND] == ADDED) pl_linear_add(layer, values, c[ROWS], y, y, free);
}

static void product16(const pl_linear *layer, const int32_t *c, const int16_t *values, void *y, void *free) {
  if (c[KIND] == TO_S8) pl_linear16_s8(layer, values, c[ROWS], y, free);
  if (c[KIND] == TO_S16) pl_linear16_s16(layer, values, c[ROWS], y, free);
  if (c[KIND] == ADDED) pl_linear16_add(layer, values, c[ROWS], y, y, free);
}

static int32_t scratch_bytes(const int32_t *c) {
  if (c[INPUT_BITS] == 8) return c[BITS] == 8 ? PL_LINEAR_SCRATCH(c[INNER]) : PL_LINEAR_SCRATCH_NARROW(c[INNER]);
  return c[BITS] == 8 ? PL_LINEAR16_SCRATCH(c[INNER]) : PL_LINEAR16_SCRATCH_NARROW(c[INNER]);
}

static void run(const int32_t *c) {
  const int32_t results = c[ROWS] * c[COLS] * (c[KIND] == TO_S8 ? 1 : 2), size = c[ROWS] * c[INNER] * c[INPUT_BITS] / 8;
  const pl_scale *const by = (const pl_scale *)(const void *)(scale + 2 * c[TABLE]);
  const pl_linear layer = {weights + c[W], bias + c[TABLE], by, c[INNER], c[COLS], c[SMALL], c[BITS]};
  void *const values = x_memory + MOST_X - size;
  memcpy(values, x + c[X], (size_t)size);
  memset(y_memory, FILL, sizeof y_memory);
  memset(scratch, FILL, sizeof scratch);
  void *const y = (int8_t *)y_memory + GUARD, *const free = (int8_t *)scratch + GUARD;
  if (c[KIND] == ADDED) memcpy(y, z + c[Z], (size_t)results);
  if (c[INPUT_BITS] == 8) product8(&layer, c, values, y, free);
  else product16(&layer, c, values, y, free);
  if (whole(y_memory, results) && whole(scratch, scratch_bytes(c))) console_hex(y, results);
  else console_text("wrote beyond its memory\n");
}

int main(void) {
  for (int32_t i = 0; i < cases_count; i += FIELDS) run(cases + i);
  console_text("done\n");
  console_exit(0);
  return 0;
}

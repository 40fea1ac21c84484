/*
 * Counts a loop of known length, the product as anyone would write it, and the kernel; each prints `name ticks`. Both products must agree.
 */
#include <string.h>
#include "console.h"
#include "linear.h"
#include "vectors.h"

enum { ROWS, INNER, COLS, BITS, LOOPS };
enum { MOST_RESULTS = 64 * 1024 };

static int8_t ours[MOST_RESULTS];
static int8_t naives[MOST_RESULTS];
static int32_t scratch[PL_LINEAR_SCRATCH_NARROW(256) / 4];

/** Two instructions a turn, on every machine that counts. */
static void loop(uint32_t turns) {
#if defined(__riscv)
  __asm__ volatile("1: addi %0, %0, -1\nbnez %0, 1b" : "+r"(turns));
#elif defined(__arm__)
  __asm__ volatile("1: subs %0, %0, #1\nbne 1b" : "+r"(turns) : : "cc");
#else
  (void)turns;
#endif
}

/** Weights (N, K), as they come. */
static void naive(const int8_t *x, const int8_t *w, int8_t *y, const int32_t *size) {
  for (int32_t r = 0; r < size[ROWS]; r++) {
    for (int32_t n = 0; n < size[COLS]; n++) {
      int32_t sum = bias[n];
      for (int32_t k = 0; k < size[INNER]; k++) sum += x[r * size[INNER] + k] * w[n * size[INNER] + k];
      const pl_scale by = {scale[2 * n], scale[2 * n + 1]};
      y[r * size[COLS] + n] = pl_clip8(pl_requant(sum, by));
    }
  }
}

int main(void) {
  const pl_linear layer = {packed, bias, (const pl_scale *)(const void *)scale, size[INNER], size[COLS], 1, size[BITS]};
  counter_start();
  loop((uint32_t)size[LOOPS]);
  console_ticks("loop");
  counter_start();
  naive(x, weights, naives, size);
  console_ticks("naive");
  counter_start();
  pl_linear_s8(&layer, x, size[ROWS], ours, scratch);
  console_ticks("kernel");
  console_exit(memcmp(ours, naives, sizeof ours) != 0);
  return 0;
}

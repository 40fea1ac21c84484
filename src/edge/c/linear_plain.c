/*
 * The product in plain C for cores with one multiplication at a time (RV32IM) and for hosts. 4 rows x 4 channels keep 16 sums in registers:
 * 8 loads serve 16 products. Weights: blocks of 4 channels, within a block (K, 4). Four rows of x are interleaved alike in the scratch.
 */
#include "linear_product.h"

enum { ROWS = 4, COLS = 4, STEPS = 4 };

/** (rows, K) to (K, 4); missing rows are zero, and so is K up to a multiple of STEPS. */
static void interleave(const int8_t *x, int32_t rows, int32_t inner, int8_t *out) {
  const int32_t padded = (inner + STEPS - 1) / STEPS * STEPS;
  for (int32_t r = 0; r < ROWS; r++) {
    const int32_t live = r < rows ? inner : 0;
    int8_t *to = out + r;
    for (int32_t k = 0; k < live; k++, to += ROWS) *to = *x++;
    for (int32_t k = live; k < padded; k++, to += ROWS) *to = 0;
  }
}

/** One weight meets four values. */
#define COL(c)                   \
  do {                           \
    const int32_t weight = w[c]; \
    s0##c += x0 * weight;        \
    s1##c += x1 * weight;        \
    s2##c += x2 * weight;        \
    s3##c += x3 * weight;        \
  } while (0)

/** One k: the outer product of four values and four weights. */
#define STEP                                                  \
  do {                                                        \
    const int32_t x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3]; \
    COL(0);                                                   \
    COL(1);                                                   \
    COL(2);                                                   \
    COL(3);                                                   \
    x += ROWS;                                                \
    w += COLS;                                                \
  } while (0)

/** Sums (4, 4) over the values from x to `end`. Apart from its caller, whose variables would take registers from the sums. */
__attribute__((noinline)) static void multiply(const int8_t *x, const int8_t *end, const int8_t *w, int32_t *sums) {
  int32_t s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  int32_t s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  int32_t s20 = 0, s21 = 0, s22 = 0, s23 = 0;
  int32_t s30 = 0, s31 = 0, s32 = 0, s33 = 0;
  do {
    STEP;
    STEP;
    STEP;
    STEP;
  } while (x != end);
  sums[0] = s00, sums[1] = s01, sums[2] = s02, sums[3] = s03;
  sums[4] = s10, sums[5] = s11, sums[6] = s12, sums[7] = s13;
  sums[8] = s20, sums[9] = s21, sums[10] = s22, sums[11] = s23;
  sums[12] = s30, sums[13] = s31, sums[14] = s32, sums[15] = s33;
}

void pl_linear_product(const pl_linear *layer, const int8_t *x, int32_t rows, const pl_linear_out *out, void *scratch) {
  const int32_t size = PL_LINEAR_SCRATCH(layer->inner); /* also the bytes of a block of weights */
  int8_t *const four = scratch;
  int32_t sums[ROWS * COLS];
  pl_linear_tile tile = {sums, COLS, 0, 0, 0, 0};
  for (tile.row = 0; tile.row < rows; tile.row += ROWS) {
    tile.rows = pl_min(ROWS, rows - tile.row);
    interleave(x + tile.row * layer->inner, tile.rows, layer->inner, four);
    const int8_t *w = layer->weights;
    for (tile.col = 0; tile.col < layer->cols; tile.col += COLS) {
      tile.cols = pl_min(COLS, layer->cols - tile.col);
      multiply(four, four + size, pl_linear_block(layer, &w, size, four + size), sums);
      pl_linear_store(layer, out, &tile);
    }
  }
}

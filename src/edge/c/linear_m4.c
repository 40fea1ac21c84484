/*
 * The product for cores with SMLAD (Cortex-M4, M7, M33): two products of int16 an instruction. Values are widened once per pair of rows,
 * into the scratch; weights stay int8 in memory and are widened on the way. Bytes 0 and 2 of a word meet, and bytes 1 and 3 (SXTB16).
 * Weights: blocks of 2 channels, within a block (K / 4, 2, 4). Values in the scratch: (K / 4, 2 rows, 2 words).
 */
#include "linear_product.h"

enum { ROWS = 2, COLS = 2, STRIP = 16, STEP = 4 };

/** Words of the scratch per step. */
enum { WORDS = 4 };

static void put_wide(int16x2_t *to, int8x4_t word) {
  to[0] = pl_widen02(word);
  to[1] = pl_widen13(word);
}

/** One row of int8 to its place among the two; zeros up to a multiple of four. */
static void widen_row(const int8_t *x, int32_t inner, int16x2_t *to) {
  for (; inner >= STEP; inner -= STEP, x += STEP, to += WORDS) put_wide(to, pl_load4(x));
  if (inner > 0) {
    int8_t last[STEP] = {0};
    memcpy(last, x, (size_t)inner);
    put_wide(to, pl_load4(last));
  }
}

/** Two words of two int16 each, as two that match widened weights: (0, 2) and (1, 3). */
static void put_pairs(int16x2_t *to, const int16_t *x) {
  uint32_t low, high;
  memcpy(&low, x, 4);
  memcpy(&high, x + 2, 4);
  to[0] = (int16x2_t)((low & 0xffff) | (high << 16));
  to[1] = (int16x2_t)((low >> 16) | (high & 0xffff0000));
}

/** One row of int16 to its place among the two. */
static void place_row(const int16_t *x, int32_t inner, int16x2_t *to) {
  for (; inner >= STEP; inner -= STEP, x += STEP, to += WORDS) put_pairs(to, x);
  if (inner > 0) {
    int16_t last[STEP] = {0};
    memcpy(last, x, 2 * (size_t)inner);
    put_pairs(to, last);
  }
}

/** Sums of two rows and two channels over the values from x to `end`, to columns 0 and 1 of (2, STRIP). */
static void multiply(const int16x2_t *x, const int16x2_t *end, const int8_t *w, int32_t *sums) {
  int32_t s00 = 0, s01 = 0, s10 = 0, s11 = 0;
  do {
    int8x4_t w0, w1;
    int16x2_t a02, a13, b02, b13;
    PL_NEXT2(a02, a13, x);
    PL_NEXT2(b02, b13, x);
    PL_NEXT2(w0, w1, w);
    const int16x2_t w002 = pl_widen02(w0), w013 = pl_widen13(w0), w102 = pl_widen02(w1), w113 = pl_widen13(w1);
    s00 = __smlad(a02, w002, s00);
    s01 = __smlad(a02, w102, s01);
    s10 = __smlad(b02, w002, s10);
    s11 = __smlad(b02, w102, s11);
    s00 = __smlad(a13, w013, s00);
    s01 = __smlad(a13, w113, s01);
    s10 = __smlad(b13, w013, s10);
    s11 = __smlad(b13, w113, s11);
  } while (x != end);
  sums[0] = s00, sums[1] = s01;
  sums[STRIP] = s10, sums[STRIP + 1] = s11;
}

/** Of values of `width` bytes, 1 or 2. */
static void product(const pl_linear *layer, const void *x, int32_t width, int32_t rows, const pl_linear_out *out,
                    void *scratch) {
  const int32_t steps = (layer->inner + STEP - 1) / STEP;
  int16x2_t *const wide = scratch, *const end = wide + steps * WORDS;
  int8_t *const room = (int8_t *)scratch + PL_LINEAR_SCRATCH(layer->inner);
  int32_t sums[ROWS * STRIP];
  pl_linear_tile tile = {sums, STRIP, 0, 0, 0, 0};
  for (tile.row = 0; tile.row < rows; tile.row += ROWS) {
    tile.rows = pl_min(ROWS, rows - tile.row);
    for (int32_t r = 0; r < ROWS; r++) { /* the first again where there is no second: its sums are not stored */
      const int8_t *const from = (const int8_t *)x + (tile.row + pl_min(r, tile.rows - 1)) * layer->inner * width;
      if (width == 1) widen_row(from, layer->inner, wide + 2 * r);
      else place_row((const void *)from, layer->inner, wide + 2 * r);
    }
    const int8_t *w = layer->weights;
    for (tile.col = 0; tile.col < layer->cols; tile.col += STRIP) {
      tile.cols = pl_min(STRIP, layer->cols - tile.col);
      for (int32_t c = 0; c < tile.cols; c += COLS) {
        multiply(wide, end, pl_linear_block(layer, &w, steps * COLS * STEP, room), sums + c);
      }
      pl_linear_store(layer, out, &tile);
    }
  }
}

void pl_linear_product_s8(const pl_linear *layer, const int8_t *x, int32_t rows, const pl_linear_out *out, void *scratch) {
  product(layer, x, 1, rows, out, scratch);
}

void pl_linear_product_s16(const pl_linear *layer, const int16_t *x, int32_t rows, const pl_linear_out *out, void *scratch) {
  product(layer, x, 2, rows, out, scratch);
}

/*
 * The product for cores with Helium (Cortex-M55, M85): VMLADAVA adds 16 products of int8 to a register. 2 rows x 2 channels: 4 loads serve
 * 64 products. Weights: blocks of 2 channels, within a block (K / 16, 2, 16). Values are read where they stand, the last ones of a row under
 * a predicate.
 */
#include "linear_product.h"

enum { ROWS = 2, COLS = 4, PAIR = 2, LANES = 16, HALF = 8 };

/** Sums of two rows and two channels, to columns 0 and 1 of (2, 4). */
static void multiply(const int8_t *x0, const int8_t *x1, const int8_t *w, int32_t inner, int32_t *sums) {
  int32_t s00 = 0, s01 = 0, s10 = 0, s11 = 0;
  for (int32_t steps = inner / LANES; steps > 0; steps--) {
    int8x16_t a, b, w0, w1;
    PL_NEXT16(w0, w);
    PL_NEXT16(w1, w);
    PL_NEXT16(a, x0);
    PL_NEXT16(b, x1);
    s00 = vmladavaq_s8(s00, a, w0);
    s01 = vmladavaq_s8(s01, a, w1);
    s10 = vmladavaq_s8(s10, b, w0);
    s11 = vmladavaq_s8(s11, b, w1);
  }
  if (inner % LANES != 0) {
    const mve_pred16_t live = vctp8q((uint32_t)(inner % LANES));
    const int8x16_t w0 = vld1q_s8(w), w1 = vld1q_s8(w + LANES), a = vldrbq_z_s8(x0, live), b = vldrbq_z_s8(x1, live);
    s00 = vmladavaq_s8(s00, a, w0);
    s01 = vmladavaq_s8(s01, a, w1);
    s10 = vmladavaq_s8(s10, b, w0);
    s11 = vmladavaq_s8(s11, b, w1);
  }
  sums[0] = s00, sums[1] = s01;
  sums[COLS] = s10, sums[COLS + 1] = s11;
}

/** 8 values of int16 an instruction; weights are widened at the load. A block is (K / 16, 2, 16). */
static void multiply16(const int16_t *x0, const int16_t *x1, const int8_t *w, int32_t inner, int32_t *sums) {
  int32_t s00 = 0, s01 = 0, s10 = 0, s11 = 0;
  for (int32_t k = 0; k < inner; k += HALF) {
    const int8_t *const from = w + k / LANES * PAIR * LANES + k % LANES;
    const mve_pred16_t live = vctp16q((uint32_t)(inner - k));
    const int16x8_t w0 = vldrbq_s16(from), w1 = vldrbq_s16(from + LANES);
    const int16x8_t a = vldrhq_z_s16(x0 + k, live), b = vldrhq_z_s16(x1 + k, live);
    s00 = vmladavaq_s16(s00, a, w0);
    s01 = vmladavaq_s16(s01, a, w1);
    s10 = vmladavaq_s16(s10, b, w0);
    s11 = vmladavaq_s16(s11, b, w1);
  }
  sums[0] = s00, sums[1] = s01;
  sums[COLS] = s10, sums[COLS + 1] = s11;
}

/** pl_linear_store for four whole channels to int8, where 32 bits suffice: VMULH is the upper half, VRSHL shifts and rounds. */
static PL_INLINE void store_s8(const pl_linear *layer, const pl_linear_out *out, const pl_linear_tile *tile) {
  const int32x4x2_t by = vld2q_s32((const int32_t *)(const void *)(layer->scale + tile->col));
  const int32x4_t bias = vld1q_s32(layer->bias + tile->col), right = vsubq_s32(vdupq_n_s32(32), by.val[1]);
  int8_t *y = out->s8 + tile->row * layer->cols + tile->col;
  for (int32_t r = 0; r < tile->rows; r++, y += layer->cols) {
    const int32x4_t sum = vaddq_s32(vld1q_s32(tile->sums + r * COLS), bias);
    const int32x4_t value = vrshlq_s32(vmulhq_s32(sum, by.val[0]), right);
    vstrbq_s32(y, vmaxq_s32(vminq_s32(value, vdupq_n_s32(127)), vdupq_n_s32(-127)));
  }
}

/** Of values of `width` bytes, 1 or 2. */
static PL_INLINE void product(const pl_linear *layer, const void *x, int32_t width, int32_t rows, const pl_linear_out *out,
                              int8_t *room) {
  const int32_t inner = layer->inner, size = (inner + LANES - 1) / LANES * PAIR * LANES;
  int32_t sums[ROWS * COLS];
  pl_linear_tile tile = {sums, COLS, 0, 0, 0, 0};
  for (tile.row = 0; tile.row < rows; tile.row += ROWS) {
    tile.rows = pl_min(ROWS, rows - tile.row);
    const int8_t *const x0 = (const int8_t *)x + tile.row * inner * width;
    const int8_t *const x1 = x0 + (tile.rows - 1) * inner * width; /* the first again where there is no second */
    const int8_t *w = layer->weights;
    for (tile.col = 0; tile.col < layer->cols; tile.col += COLS) {
      tile.cols = pl_min(COLS, layer->cols - tile.col);
      for (int32_t c = 0; c < tile.cols; c += PAIR) {
        const int8_t *const block = pl_linear_block(layer, &w, size, room);
        if (width == 1) multiply(x0, x1, block, inner, sums + c);
        else multiply16((const void *)x0, (const void *)x1, block, inner, sums + c);
      }
      if (layer->small && out->s8 && tile.cols == COLS) store_s8(layer, out, &tile);
      else pl_linear_store(layer, out, &tile);
    }
  }
}

void pl_linear_product_s8(const pl_linear *layer, const int8_t *x, int32_t rows, const pl_linear_out *out, void *scratch) {
  product(layer, x, 1, rows, out, scratch);
}

void pl_linear_product_s16(const pl_linear *layer, const int16_t *x, int32_t rows, const pl_linear_out *out, void *scratch) {
  product(layer, x, 2, rows, out, scratch);
}

/* Counts the kernels for shapes of the network; prints `name ticks` of each. */
#include <stddef.h>

#include "add16.h"
#include "console.h"
#include "frequency_features.h"
#include "mean_rows.h"
#include "norm.h"
#include "requantize16.h"
#include "rotary.h"
#include "scale.h"
#include "softmax_attention.h"
#include "table.h"
#include "zscore.h"

#define LENGTH 80
#define HEAD 32
#define MOST 8192

static int8_t x8[MOST], k8[MOST], v8[MOST], y8[MOST];
static int16_t x16[MOST], y16[MOST], gamma[MOST], scratch[PL_ATTENTION_SCRATCH(LENGTH)];
static int32_t x32[MOST], beta[MOST];
static uint8_t group[64];

static uint32_t state = 1;

static int32_t draw(int32_t top) {
  state = state * UINT32_C(1664525) + UINT32_C(1013904223);
  return (int32_t)((state >> 8) % (uint32_t)(2 * top + 1)) - top;
}

#define COUNT(name, call)  \
  {                        \
    counter_start();       \
    call;                  \
    console_ticks(name);   \
  }

static void fill(void) {
  for (int32_t i = 0; i < MOST; i++) {
    x8[i] = (int8_t)draw(127), k8[i] = (int8_t)draw(127), v8[i] = (int8_t)draw(127);
    x16[i] = (int16_t)draw(32767), y16[i] = (int16_t)draw(32767), gamma[i] = (int16_t)draw(20000);
    x32[i] = draw(1 << 22), beta[i] = draw(1 << 24);
  }
  for (int32_t c = 0; c < 64; c++) group[c] = (uint8_t)(c % 16 / 4);
}

int main(void) {
  const pl_scale by8 = {1 << 30, 38}, half = {1 << 30, 31}, scores = {1 << 30, 38}, product = {1 << 30, 54};
  const pl_norm plain = {10, {1 << 30, 24}, {1 << 30, 35}, NULL, NULL};
  const pl_norm affine = {10, {1 << 30, 24}, {1 << 30, 49}, gamma, beta};
  const pl_attention_shape attention = {LENGTH, LENGTH, 1, HEAD, HEAD, HEAD, HEAD, HEAD};
  const pl_query_attention_shape query = {8, 12, 64, 64};
  const pl_scale per_query[8] = {scores, scores, scores, scores, scores, scores, scores, scores};
  const pl_rotary_shape rotary = {8, 8, HEAD, 8 * HEAD, 8 * HEAD};
  const pl_frequency_shape frequency = {1, 32, 17};
  pl_scale magnitudes[17];
  for (int32_t k = 0; k < 17; k++) magnitudes[k] = by8;
  fill();
  COUNT("nothing", (void)0)
  COUNT("layer_norm_s8 256", pl_layer_norm_s8(x8, 1, 256, &plain, y8))
  COUNT("layer_norm_s8 256 affine", pl_layer_norm_s8(x8, 1, 256, &affine, y8))
  COUNT("layer_norm_s8 1024", pl_layer_norm_s8(x8, 1, 1024, &plain, y8))
  COUNT("layer_norm_s16 256", pl_layer_norm_s16(x16, 1, 256, &plain, y8))
  COUNT("layer_norm_s16 256 affine", pl_layer_norm_s16(x16, 1, 256, &affine, y8))
  COUNT("layer_norm_s16 1024", pl_layer_norm_s16(x16, 1, 1024, &plain, y8))
  COUNT("layer_norm_s16 1024 affine", pl_layer_norm_s16(x16, 1, 1024, &affine, y8))
  COUNT("group_norm_s16 128x64 affine", pl_group_norm_s16(x16, 128, 64, group, 4, &affine, y8))
  COUNT("attention_s8 80x80x32", pl_attention_s8(x8, k8, v8, &attention, scores, half, y8, scratch))
  COUNT("query_attention_s8 8x12x64", pl_query_attention_s8(x8, k8, &query, per_query, half, y8, scratch))
  COUNT("rotary_s16 8x256", pl_rotary_s16(x16, y16, gamma, &rotary, product, y8))
  COUNT("frequency_features_s16 32", pl_frequency_features_s16(x16, y16, gamma, &frequency, magnitudes, y8))
  COUNT("table_s8 8192", pl_table_s8(x8, MOST, k8, y8))
  COUNT("requantize_s16 8192", pl_requantize_s16(x16, MOST, by8, y8))
  COUNT("add_s16 8192", pl_add_s16(x16, gamma, MOST, y16))
  COUNT("zscore_s32 2560", pl_zscore_s32(x32, 2560, half, y16))
  COUNT("mean_rows_s8 80x64", pl_mean_rows_s8(x8, 80, 64, by8, y8))
  COUNT("isqrt", x32[0] = (int32_t)pl_isqrt((uint64_t)1 << 53 | 12345))
  COUNT("inverse_root", x32[0] = pl_inverse_root((uint64_t)1 << 43 | 12345).m)
  COUNT("reciprocal", x32[0] = pl_reciprocal(12345).m)
  console_exit(0);
  return 0;
}

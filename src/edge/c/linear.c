#include "linear_product.h"

void pl_linear_s8(const pl_linear *layer, const int8_t *x, int32_t rows, int8_t *y, void *scratch) {
  const pl_linear_out out = {y, 0, 0};
  pl_linear_product_s8(layer, x, rows, &out, scratch);
}

void pl_linear_s16(const pl_linear *layer, const int8_t *x, int32_t rows, int16_t *y, void *scratch) {
  const pl_linear_out out = {0, y, 0};
  pl_linear_product_s8(layer, x, rows, &out, scratch);
}

void pl_linear_add(const pl_linear *layer, const int8_t *x, int32_t rows, const int16_t *z, int16_t *y, void *scratch) {
  const pl_linear_out out = {0, y, z};
  pl_linear_product_s8(layer, x, rows, &out, scratch);
}

void pl_linear16_s8(const pl_linear *layer, const int16_t *x, int32_t rows, int8_t *y, void *scratch) {
  const pl_linear_out out = {y, 0, 0};
  pl_linear_product_s16(layer, x, rows, &out, scratch);
}

void pl_linear16_s16(const pl_linear *layer, const int16_t *x, int32_t rows, int16_t *y, void *scratch) {
  const pl_linear_out out = {0, y, 0};
  pl_linear_product_s16(layer, x, rows, &out, scratch);
}

void pl_linear16_add(const pl_linear *layer, const int16_t *x, int32_t rows, const int16_t *z, int16_t *y, void *scratch) {
  const pl_linear_out out = {0, y, z};
  pl_linear_product_s16(layer, x, rows, &out, scratch);
}

/** Sums become results that are not clipped to their kind yet. A channel at a time, so that its bias and scale are loaded once for all rows. */
static void requantise(const pl_linear *layer, const pl_linear_tile *tile) {
  const int32_t stride = tile->stride, size = tile->rows * stride;
  for (int32_t c = 0; c < tile->cols; c++) {
    const int32_t bias = layer->bias[tile->col + c];
    const pl_scale by = layer->scale[tile->col + c];
    int32_t *sum = tile->sums + c, *const end = sum + size;
    if (layer->small) {
      for (; sum != end; sum += stride) *sum = pl_requant_small(*sum + bias, by);
    } else {
      for (; sum != end; sum += stride) *sum = pl_clip16(pl_requant(*sum + bias, by));
    }
  }
}

static void put_s8(const int32_t *values, int32_t count, int8_t *y) {
  for (; count > 0; count--) *y++ = (int8_t)pl_clip(*values++, 127);
}

static void put_s16(const int32_t *values, int32_t count, int16_t *y) {
  for (; count > 0; count--) *y++ = (int16_t)pl_clip(*values++, 32767);
}

static void put_sum(const int32_t *values, int32_t count, const int16_t *z, int16_t *y) {
  for (; count > 0; count--) *y++ = (int16_t)pl_clip(*z++ + pl_clip(*values++, 32767), 32767);
}

void pl_linear_store(const pl_linear *layer, const pl_linear_out *out, const pl_linear_tile *tile) {
  requantise(layer, tile);
  const int32_t *values = tile->sums;
  int32_t at = tile->row * layer->cols + tile->col;
  for (int32_t r = tile->rows; r > 0; r--, values += tile->stride, at += layer->cols) {
    if (out->s8) put_s8(values, tile->cols, out->s8 + at);
    else if (out->residual) put_sum(values, tile->cols, out->residual + at, out->s16 + at);
    else put_s16(values, tile->cols, out->s16 + at);
  }
}

/*
 * Between linear.c and the products: a product computes tiles of sums, linear.c scales and stores them.
 */
#ifndef PANLUNA_LINEAR_PRODUCT_H
#define PANLUNA_LINEAR_PRODUCT_H

#include "linear.h"

/** Where results go: `s8`, or else `s16`, with `residual` added unless it is null. */
typedef struct {
  int8_t *s8;
  int16_t *s16;
  const int16_t *residual;
} pl_linear_out;

/** Sums without bias of `rows` x `cols` results from (row, col) on; sums of one row stand `stride` apart from those of the next. */
typedef struct {
  int32_t *sums;
  int32_t stride;
  int32_t row, rows;
  int32_t col, cols;
} pl_linear_tile;

/** Written per target: all tiles of a product, each handed to pl_linear_store. */
void pl_linear_product_s8(const pl_linear *layer, const int8_t *x, int32_t rows, const pl_linear_out *out, void *scratch);
void pl_linear_product_s16(const pl_linear *layer, const int16_t *x, int32_t rows, const pl_linear_out *out, void *scratch);

/** Add the bias, requantise, clip, store. The sums are used up. */
void pl_linear_store(const pl_linear *layer, const pl_linear_out *out, const pl_linear_tile *tile);

/** The block at `*weights`, of `count` int8 where widened, and on to the next one; narrow weights are widened into `room`. */
const int8_t *pl_linear_block(const pl_linear *layer, const int8_t **weights, int32_t count, int8_t *room);

#endif

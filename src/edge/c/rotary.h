/*
 * Rotary embedding of int16 queries or keys.
 */
#ifndef PANLUNA_ROTARY_H
#define PANLUNA_ROTARY_H

#include "isa.h"

/** What lies where. Strides count elements from one row to the next. */
typedef struct {
  int32_t rows;
  int32_t heads;
  /** Columns per head, even. */
  int32_t size;
  int32_t x_stride;
  int32_t y_stride;
} pl_rotary_shape;

/**
 * Turn neighbouring columns (x0, x1) by the angle of their row and column pair: `(x0 c - x1 s, x0 s + x1 c) * by`, clipped to int8.
 * @param x (rows, heads * size), in [-32767, 32767]
 * @param cosines (rows, size / 2), in units of 2^-15, in [-32767, 32767]
 * @param sines as cosines
 * @param by from units of x times 2^-15 to units of y
 * @param y (rows, heads * size); no part of x
 */
void pl_rotary_s16(const int16_t *x, const int16_t *cosines, const int16_t *sines, const pl_rotary_shape *shape, pl_scale by,
                   int8_t *y);

#endif

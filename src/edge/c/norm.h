/*
 * LayerNorm and GroupNorm of int8 or int16: exact sums, one integer root per row or group.
 */
#ifndef PANLUNA_NORM_H
#define PANLUNA_NORM_H

#include "scale.h"

/** What the compiler knows of a norm over n values. */
typedef struct {
  /** max(1, round(n * epsilon / scale^2)) < 2^61. */
  uint64_t epsilon;
  /** The multiplier 4 * sqrt(n). */
  pl_scale root;
  /** From units of 2^-10 (times those of gamma) to those of y. */
  pl_scale out;
  /** One per column, or null without an affine part: y = (z * gamma + beta) * out. */
  const int16_t *gamma;
  /** One per column, in units of z * gamma; |z * gamma + beta| < 2^31. */
  const int32_t *beta;
} pl_norm;

/**
 * LayerNorm.
 * @param x (rows, n), 0 < n < 2^18
 * @param y (rows, n); may be x
 */
void pl_layer_norm_s8(const int8_t *x, int32_t rows, int32_t n, const pl_norm *norm, int8_t *y);

/** LayerNorm of int16 in [-32767, 32767]; y (rows, n) is no part of x. */
void pl_layer_norm_s16(const int16_t *x, int32_t rows, int32_t n, const pl_norm *norm, int8_t *y);

/**
 * GroupNorm over a window; one column after the other, since columns of a group need not lie side by side.
 * @param x (rows, columns); a group has fewer than 2^18 values
 * @param group the group of each column, 0 ... groups - 1; groups have the same number of columns
 * @param y (rows, columns); may be x
 */
void pl_group_norm_s8(const int8_t *x, int32_t rows, int32_t columns, const uint8_t *group, int32_t groups,
                      const pl_norm *norm, int8_t *y);

/** GroupNorm of int16 in [-32767, 32767]; y is no part of x. */
void pl_group_norm_s16(const int16_t *x, int32_t rows, int32_t columns, const uint8_t *group, int32_t groups,
                       const pl_norm *norm, int8_t *y);

#endif

/*
 * Mean and variance in exact integer sums: what norms and the z-score share.
 */
#ifndef PANLUNA_MOMENTS_H
#define PANLUNA_MOMENTS_H

#include <stdint.h>

/** Sums of values and of their squares. */
typedef struct {
  int64_t sum;
  uint64_t squares;
} pl_moments;

/** Where n values lie. */
typedef struct {
  /** The mean, rounded to nearest. */
  int32_t mean;
  /** Sum of the values minus n times the rounded mean, in [-n / 2, n / 2]. */
  int32_t rest;
  /** n times the variance. */
  uint64_t spread;
} pl_centre;

/** @param n number of values, 0 < n < 2^18; their squares sum to less than 2^62 */
pl_centre pl_centre_of(pl_moments sums, int32_t n);

/** The part of the mean that rounding cut off, in units of `1 / units` (64 or 256), to nearest. */
int32_t pl_rest_of_mean(pl_centre centre, int32_t n, int32_t units);

#endif

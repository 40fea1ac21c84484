/*
 * Multipliers that depend on the signal: products, reciprocals and inverse roots of integers, and values times a multiplier of any shift.
 * No 128-bit type, no floating point; one division of 64 by 32 bits per reciprocal or inverse root.
 */
#ifndef PANLUNA_SCALE_H
#define PANLUNA_SCALE_H

#include "isa.h"

/** The product of two multipliers; its shift is clamped to [1, 62]. */
pl_scale pl_combine(pl_scale a, pl_scale b);

/** `floor(sqrt(v))`, 0 <= v < 2^62. */
uint32_t pl_isqrt(uint64_t v);

/** The multiplier `1 / d`, 0 < d < 2^31. */
pl_scale pl_reciprocal(uint32_t d);

/** The multiplier `1 / sqrt(v)`, 0 < v < 2^62. */
pl_scale pl_inverse_root(uint64_t v);

/** `floor(a / b)`, b > 0; in 32 bits where that is enough. */
static inline uint64_t pl_divide(uint64_t a, uint32_t b) {
  return a >> 32 == 0 ? (uint32_t)a / b : a / b;
}

/** `floor(a / b)` towards minus infinity, b > 0. */
static inline int64_t pl_floor_divide(int64_t a, uint32_t b) {
  return a >= 0 ? (int64_t)pl_divide((uint64_t)a, b) : -1 - (int64_t)pl_divide((uint64_t)(-1 - a), b);
}

/** Whether `pl_requant_small` does: loops ask once, outside. */
static inline int pl_is_small(pl_scale by) { return by.shift >= 33; }

/** `clip8(requant(a, by))`. @param small not 0 only where pl_is_small(by) */
static PL_INLINE int8_t pl_scaled8(int32_t a, pl_scale by, int small) {
  return small ? pl_clip8(pl_requant_small(a, by)) : pl_clip8(pl_requant(a, by));
}

/** `clip16(requant(a, by))`. @param small not 0 only where pl_is_small(by) */
static PL_INLINE int16_t pl_scaled16(int32_t a, pl_scale by, int small) {
  return small ? pl_clip16(pl_requant_small(a, by)) : pl_clip16(pl_requant(a, by));
}

#endif

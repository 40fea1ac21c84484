/*
 * The few instructions that kernels are written in, in plain C99; a target that has better ones replaces them here.
 * Arithmetic is that of docs/integer.md. Right shifts of negative numbers are arithmetic in every compiler that this is built with.
 */
#ifndef PANLUNA_ISA_H
#define PANLUNA_ISA_H

#include <stdint.h>

/** A multiplier `m / 2^shift`: 2^30 <= m < 2^31, 1 <= shift <= 62. */
typedef struct {
  int32_t m;
  int32_t shift;
} pl_scale;

/** The upper half of a product. */
static inline int32_t pl_mulh(int32_t a, int32_t b) { return (int32_t)(((int64_t)a * b) >> 32); }

/** `a * m / 2^shift`, to nearest, ties upwards; shift >= 33. */
static inline int32_t pl_requant_small(int32_t a, pl_scale by) {
  return (int32_t)(((int64_t)pl_mulh(a, by.m) + ((int64_t)1 << (by.shift - 33))) >> (by.shift - 32));
}

/** `a * m / 2^shift`, to nearest, ties upwards. The result may need 64 bits. */
static inline int64_t pl_requant(int32_t a, pl_scale by) {
  return ((int64_t)a * by.m + ((int64_t)1 << (by.shift - 1))) >> by.shift;
}

static inline int8_t pl_clip8(int64_t v) { return (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v); }
static inline int16_t pl_clip16(int64_t v) { return (int16_t)(v > 32767 ? 32767 : v < -32767 ? -32767 : v); }

#endif

/*
 * The few instructions that kernels are written in: plain C99, and for the targets that have better ones their own section.
 * Arithmetic is that of docs/integer.md. Right shifts of negative numbers are arithmetic in every compiler that this is built with,
 * and each of them makes one instruction (mulh, smull) of `pl_mulh`.
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

/** `a * m / 2^shift`, to nearest, ties upwards; shift >= 33. |mulh| <= 2^30 and the half that is added <= 2^29: 32 bits hold all. */
static inline int32_t pl_requant_small(int32_t a, pl_scale by) {
  return (pl_mulh(a, by.m) + (1 << (by.shift - 33))) >> (by.shift - 32);
}

/** The same for any shift. The result may need 64 bits. */
static inline int64_t pl_requant(int32_t a, pl_scale by) {
  return ((int64_t)a * by.m + ((int64_t)1 << (by.shift - 1))) >> by.shift;
}

/** For functions that are built once for each value of an argument, which callers give as a constant. */
#define PL_INLINE __attribute__((always_inline)) inline

static inline int32_t pl_min(int32_t a, int32_t b) { return a < b ? a : b; }

/** `v` within [-limit, limit]. */
static inline int32_t pl_clip(int32_t v, int32_t limit) { return v > limit ? limit : v < -limit ? -limit : v; }

static inline int8_t pl_clip8(int64_t v) { return (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v); }
static inline int16_t pl_clip16(int64_t v) { return (int16_t)(v > 32767 ? 32767 : v < -32767 ? -32767 : v); }

/*
 * `pl_dot(a, b, n)`: the sum of n products of int8. The caller sees to it that it stays inside int32 (n < 133,000 always does).
 */

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

/** 16 bytes of any alignment, and on to the next ones: one instruction, which compilers do not always make of this by themselves. */
#define PL_NEXT16(vector, from) __asm__ volatile("vldrb.8 %q0, [%1], #16" : "=w"(vector), "+r"(from) : : "memory")

/** 16 products an instruction (VMLADAVA); the last ones under a predicate, so nothing beyond n is read. */
static inline int32_t pl_dot(const int8_t *a, const int8_t *b, int32_t n) {
  int32_t sum = 0;
  for (; n > 0; n -= 16, a += 16, b += 16) {
    const mve_pred16_t live = vctp8q((uint32_t)n);
    sum = vmladavaq_p_s8(sum, vldrbq_z_s8(a, live), vldrbq_z_s8(b, live), live);
  }
  return sum;
}

#elif defined(__ARM_FEATURE_SIMD32)

#include <arm_acle.h>
#include <string.h>

/** Four bytes of any alignment (LDR). */
static inline int8x4_t pl_load4(const int8_t *from) {
  int8x4_t word;
  memcpy(&word, from, sizeof word);
  return word;
}

/** Two words from a multiple of four, and on to the next ones: one instruction, which compilers do not make of this by themselves. */
#define PL_NEXT2(a, b, from) __asm__ volatile("ldrd %0, %1, [%2], #8" : "=&r"(a), "=&r"(b), "+r"(from) : : "memory")

/** Bytes 0 and 2 of a word as two int16. */
static inline int16x2_t pl_widen02(int8x4_t word) { return __sxtb16(word); }

/** Bytes 1 and 3 of a word as two int16; no intrinsic has the rotation of this instruction. */
static inline int16x2_t pl_widen13(int8x4_t word) {
  int16x2_t wide;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(wide) : "r"(word));
  return wide;
}

/** Two products an instruction (SMLAD), on bytes that were widened two at a time. */
static inline int32_t pl_dot(const int8_t *a, const int8_t *b, int32_t n) {
  int32_t sum = 0;
  for (; n >= 4; n -= 4, a += 4, b += 4) {
    const int8x4_t va = pl_load4(a), vb = pl_load4(b);
    sum = __smlad(pl_widen02(va), pl_widen02(vb), sum);
    sum = __smlad(pl_widen13(va), pl_widen13(vb), sum);
  }
  for (; n > 0; n--) sum += *a++ * *b++;
  return sum;
}

#elif defined(__wasm_simd128__)

#include <wasm_simd128.h>

/** Eight products an instruction (i32x4.dot_i16x8_s), on bytes that were widened at the load. */
static inline int32_t pl_dot(const int8_t *a, const int8_t *b, int32_t n) {
  v128_t sums = wasm_i32x4_splat(0);
  for (; n >= 8; n -= 8, a += 8, b += 8) {
    sums = wasm_i32x4_add(sums, wasm_i32x4_dot_i16x8(wasm_i16x8_load8x8(a), wasm_i16x8_load8x8(b)));
  }
  int32_t sum = wasm_i32x4_extract_lane(sums, 0) + wasm_i32x4_extract_lane(sums, 1) + wasm_i32x4_extract_lane(sums, 2) +
                wasm_i32x4_extract_lane(sums, 3);
  for (; n > 0; n--) sum += *a++ * *b++;
  return sum;
}

#else

/** One product an instruction; four a turn, which keeps the counting of the loop small (RV32IM). */
static inline int32_t pl_dot(const int8_t *a, const int8_t *b, int32_t n) {
  int32_t sum = 0;
  for (; n >= 4; n -= 4, a += 4, b += 4) sum += a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
  for (; n > 0; n--) sum += *a++ * *b++;
  return sum;
}

#endif

#endif

#include "scale.h"

pl_scale pl_combine(pl_scale a, pl_scale b) {
  const uint64_t p = (uint64_t)((int64_t)a.m * b.m); /* 2^60 <= p < 2^62 */
  const int32_t drop = p >> 61 != 0 ? 31 : 30;
  const int32_t shift = a.shift + b.shift - drop;
  const pl_scale product = {(int32_t)(p >> drop), shift < 1 ? 1 : shift > 62 ? 62 : shift};
  return product;
}

/** Zeros in front of the highest bit of v > 0. */
static int32_t leading_zeros(uint32_t v) {
  int32_t zeros = 0;
  for (int32_t step = 16; step > 0; step >>= 1) {
    if (v >> (32 - step) == 0) {
      v <<= step;
      zeros += step;
    }
  }
  return zeros;
}

/** The even left shift that brings v into [2^60, 2^62), 0 < v < 2^62. */
static int32_t even_shift(uint64_t v) {
  const uint32_t high = (uint32_t)(v >> 32);
  const int32_t zeros = high != 0 ? leading_zeros(high) : 32 + leading_zeros((uint32_t)v);
  return (zeros - 2) & ~1;
}

static uint32_t mulhu(uint32_t a, uint32_t b) { return (uint32_t)(((uint64_t)a * b) >> 32); }

/** 2.6708 - 3.2854 x + 1.6386 x^2, x in [1/4, 1) of 32 bits: 1 / sqrt(x) to 2.5 %, 30 bits after the point. */
static uint32_t rough_inverse_root(uint32_t x) {
  return UINT32_C(0xaaeef793) - mulhu(x, UINT32_C(0xd24346ff) - mulhu(x, UINT32_C(0x68de4a30)));
}

/** `floor(sqrt(w))`, 2^60 <= w < 2^62: two of Newton's steps on the upper half, one on the whole, and the rest one by one. */
static uint32_t root(uint64_t w) {
  const uint32_t x = (uint32_t)(w >> 30);
  uint32_t y = rough_inverse_root(x);
  for (int32_t i = 0; i < 2; i++) {
    const uint32_t factor = (UINT32_C(3) << 28) - mulhu(x, mulhu(y, y)); /* y (3 - x y^2) / 2 */
    y = mulhu(y, factor << 2) << 1;
  }
  uint32_t d = mulhu(x, y) << 1; /* sqrt(x) = x / sqrt(x), to 2^-19 */
  const int64_t rest = (int64_t)(w - (uint64_t)d * d);
  d += (uint32_t)((rest >> 16) * y >> 46); /* rest / (2 sqrt(w)) */
  while ((uint64_t)d * d > w) d--;
  while (w - (uint64_t)d * d > 2 * (uint64_t)d) d++;
  return d;
}

uint32_t pl_isqrt(uint64_t v) {
  if (v == 0) return 0;
  const int32_t e = even_shift(v);
  return root(v << e) >> (e / 2);
}

/** The multiplier `2^61 / d` over `2^shift`, 2^30 <= d < 2^31. */
static pl_scale inverse(uint32_t d, int32_t shift) {
  const uint64_t m = (UINT64_C(1) << 61) / d;
  const pl_scale by = {m > INT32_MAX ? INT32_MAX : (int32_t)m, shift};
  return by;
}

pl_scale pl_reciprocal(uint32_t d) {
  const int32_t k = leading_zeros(d) - 1;
  return inverse(d << k, 61 - k);
}

pl_scale pl_inverse_root(uint64_t v) {
  const int32_t e = even_shift(v);
  return inverse(root(v << e), 61 - e / 2);
}

/*
 * Linear of docs/integer.md: y[r, n] = clip(requant(bias[n] + sum over k of x[r, k] W[n, k], scale[n])).
 *
 * Values of x are int8, or int16 in functions of `pl_linear16`: the same layer serves both where its sums stay inside int32.
 * linear.c has these functions, linear_block.c widens weights of 4 or 2 bits; the product itself is in one of linear_plain.c, linear_m4.c and
 * linear_m55.c, of which a program links one.
 * src/edge/kernels/packLinear.ts packs weights for each of them.
 */
#ifndef PANLUNA_LINEAR_H
#define PANLUNA_LINEAR_H

#include "isa.h"

/** What the compiler knows of a layer. `weights` are 4-byte aligned and packed for the target; `bias` and `scale` end on a multiple of four. */
typedef struct {
  const int8_t *weights; /* of `bits` each */
  const int32_t *bias;   /* (cols) */
  const pl_scale *scale; /* (cols) */
  int32_t inner;         /* K */
  int32_t cols;          /* N */
  int32_t small;         /* every shift is >= 33: 32 bits suffice */
  int32_t bits;          /* 8, 4 or 2 */
} pl_linear;

/** Bytes of scratch for K, which starts on a multiple of four; weights of 4 or 2 bits are widened there a block at a time. */
#define PL_LINEAR_SCRATCH(inner) (4 * (((inner) + 3) / 4 * 4))
#define PL_LINEAR_SCRATCH_NARROW(inner) (2 * PL_LINEAR_SCRATCH(inner))
#define PL_LINEAR16_SCRATCH(inner) (2 * PL_LINEAR_SCRATCH(inner))
#define PL_LINEAR16_SCRATCH_NARROW(inner) (3 * PL_LINEAR_SCRATCH(inner))

/** x (rows, K), y (rows, N). */
void pl_linear_s8(const pl_linear *layer, const int8_t *x, int32_t rows, int8_t *y, void *scratch);

/** x (rows, K), y (rows, N). */
void pl_linear_s16(const pl_linear *layer, const int8_t *x, int32_t rows, int16_t *y, void *scratch);

/** y = clip16(z + clip16(requant(...))); x (rows, K), z and y (rows, N), which may be the same. */
void pl_linear_add(const pl_linear *layer, const int8_t *x, int32_t rows, const int16_t *z, int16_t *y, void *scratch);

/** The same of x (rows, K) of int16. */
void pl_linear16_s8(const pl_linear *layer, const int16_t *x, int32_t rows, int8_t *y, void *scratch);
void pl_linear16_s16(const pl_linear *layer, const int16_t *x, int32_t rows, int16_t *y, void *scratch);
void pl_linear16_add(const pl_linear *layer, const int16_t *x, int32_t rows, const int16_t *z, int16_t *y, void *scratch);

#endif

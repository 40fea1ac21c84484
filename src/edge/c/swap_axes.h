/*
 * Two axes change places.
 */
#ifndef PANLUNA_SWAP_AXES_H
#define PANLUNA_SWAP_AXES_H

#include <stdint.h>

/** @param x (a, b, inner) @param y (b, a, inner); no part of x */
void pl_swap_axes_s16(const int16_t *restrict x, int32_t a, int32_t b, int32_t inner, int16_t *restrict y);

#endif

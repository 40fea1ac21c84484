/*
 * z-score of raw counts.
 */
#ifndef PANLUNA_ZSCORE_H
#define PANLUNA_ZSCORE_H

#include "isa.h"

/**
 * `(x - mean) / deviation` of one channel, in units of 2^-10; zeros where all samples are equal.
 * @param x n samples, |x| < 2^23
 * @param n 1 ... 65535
 * @param root the multiplier sqrt(n - 1) * 2^4; not read where n is 1
 * @param y n values in [-32767, 32767]
 */
void pl_zscore_s32(const int32_t *restrict x, int32_t n, pl_scale root, int16_t *restrict y);

#endif

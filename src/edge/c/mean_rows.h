/*
 * Means over rows.
 */
#ifndef PANLUNA_MEAN_ROWS_H
#define PANLUNA_MEAN_ROWS_H

#include "isa.h"

/**
 * `y[c] = clip8(sum_r x[r, c] * by)`.
 * @param x (rows, columns); a column sums to less than 2^31
 * @param by scale of x over scale of y, over the number of rows
 * @param y (columns)
 */
void pl_mean_rows_s8(const int8_t *x, int32_t rows, int32_t columns, pl_scale by, int8_t *y);

/** The same of int16. */
void pl_mean_rows_s16(const int16_t *x, int32_t rows, int32_t columns, pl_scale by, int8_t *y);

#endif

/*
 * A map of one variable as a table: GELU, also with a change of scale.
 */
#ifndef PANLUNA_TABLE_H
#define PANLUNA_TABLE_H

#include <stdint.h>

/**
 * `y[i] = table[x[i] + 127]`.
 * @param x in [-127, 127]
 * @param table 255 entries
 * @param y may be x
 */
void pl_table_s8(const int8_t *x, int32_t count, const int8_t *table, int8_t *y);

/** The same to int16; y is no part of x. */
void pl_table_s8_s16(const int8_t *restrict x, int32_t count, const int16_t *restrict table, int16_t *restrict y);

#endif

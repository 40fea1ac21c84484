#include "table.h"

/** Entry of the table for x = 0. */
#define ZERO 127

void pl_table_s8(const int8_t *x, int32_t count, const int8_t *table, int8_t *y) {
  const int8_t *at = table + ZERO;
  int32_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const int8_t a = at[x[i]], b = at[x[i + 1]], c = at[x[i + 2]], d = at[x[i + 3]];
    y[i] = a, y[i + 1] = b, y[i + 2] = c, y[i + 3] = d;
  }
  for (; i < count; i++) y[i] = at[x[i]];
}

void pl_table_s8_s16(const int8_t *restrict x, int32_t count, const int16_t *restrict table, int16_t *restrict y) {
  const int16_t *at = table + ZERO;
  for (int32_t i = 0; i < count; i++) y[i] = at[x[i]];
}

#include "mean_rows.h"

#include "scale.h"

void pl_mean_rows_s8(const int8_t *x, int32_t rows, int32_t columns, pl_scale by, int8_t *y) {
  for (int32_t c = 0; c < columns; c++) {
    int32_t sum = 0;
    for (int32_t r = 0; r < rows; r++) sum += x[r * columns + c];
    y[c] = pl_scaled8(sum, by, pl_is_small(by));
  }
}

void pl_mean_rows_s16(const int16_t *x, int32_t rows, int32_t columns, pl_scale by, int8_t *y) {
  for (int32_t c = 0; c < columns; c++) {
    int32_t sum = 0;
    for (int32_t r = 0; r < rows; r++) sum += x[r * columns + c];
    y[c] = pl_scaled8(sum, by, pl_is_small(by));
  }
}

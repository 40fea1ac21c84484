#include "swap_axes.h"

void pl_swap_axes_s16(const int16_t *restrict x, int32_t a, int32_t b, int32_t inner, int16_t *restrict y) {
  for (int32_t j = 0; j < b; j++) {
    for (int32_t i = 0; i < a; i++) {
      const int16_t *from = x + (i * b + j) * inner;
      for (int32_t k = 0; k < inner; k++) *y++ = from[k];
    }
  }
}

#include "requantize16.h"

#include "scale.h"

static PL_INLINE void requantize(const int16_t *restrict x, int32_t count, pl_scale by, int small, int8_t *restrict y) {
  for (int32_t i = 0; i < count; i++) y[i] = pl_scaled8(x[i], by, small);
}

void pl_requantize_s16(const int16_t *restrict x, int32_t count, pl_scale by, int8_t *restrict y) {
  if (pl_is_small(by)) {
    requantize(x, count, by, 1, y);
  } else {
    requantize(x, count, by, 0, y);
  }
}

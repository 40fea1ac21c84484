#include "requantize16.h"

#include "scale.h"

void pl_requantize_s16(const int16_t *restrict x, int32_t count, pl_scale by, int8_t *restrict y) {
  for (int32_t i = 0; i < count; i++) y[i] = pl_scaled8(x[i], by);
}

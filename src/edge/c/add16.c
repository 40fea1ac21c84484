#include "add16.h"

#include "isa.h"

void pl_add_s16(const int16_t *a, const int16_t *b, int32_t count, int16_t *y) {
  for (int32_t i = 0; i < count; i++) y[i] = pl_clip16(a[i] + b[i]);
}

#include "zscore.h"

#include "moments.h"
#include "scale.h"

void pl_zscore_s32(const int32_t *restrict x, int32_t n, pl_scale root, int16_t *restrict y) {
  pl_moments sums = {0, 0};
  for (int32_t i = 0; i < n; i++) {
    sums.sum += x[i];
    sums.squares += (uint64_t)((int64_t)x[i] * x[i]);
  }
  const pl_centre centre = pl_centre_of(sums, n);
  if (centre.spread == 0) {
    for (int32_t i = 0; i < n; i++) y[i] = 0;
    return;
  }
  const pl_scale by = pl_combine(pl_inverse_root(centre.spread), root);
  const int32_t rest = pl_rest_of_mean(centre, n, 64);
  for (int32_t i = 0; i < n; i++) y[i] = pl_scaled16(64 * (x[i] - centre.mean) - rest, by);
}

#include "zscore.h"

#include "moments.h"
#include "scale.h"

/** `(64 (x - mean) - rest) * by`. */
static PL_INLINE void standardise(const int32_t *restrict x, int32_t n, int32_t mean, int32_t rest, pl_scale by, int small,
                                  int16_t *restrict y) {
  for (int32_t i = 0; i < n; i++) y[i] = pl_scaled16(64 * (x[i] - mean) - rest, by, small);
}

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
  if (pl_is_small(by)) {
    standardise(x, n, centre.mean, rest, by, 1, y);
  } else {
    standardise(x, n, centre.mean, rest, by, 0, y);
  }
}

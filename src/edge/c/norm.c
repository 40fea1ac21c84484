#include "norm.h"

#include <stddef.h>

#include "moments.h"

/** What turns a value x into units of 2^-10 of the deviation: `(256 x - mean) * by`. */
typedef struct {
  int32_t mean;
  pl_scale by;
} unit_norm;

static unit_norm unit_norm_of(pl_moments sums, int32_t n, const pl_norm *norm) {
  const pl_centre centre = pl_centre_of(sums, n);
  const unit_norm unit = {
      centre.mean * 256 + pl_rest_of_mean(centre, n, 256),
      pl_combine(pl_inverse_root(centre.spread + norm->epsilon), norm->root),
  };
  return unit;
}

static PL_INLINE int32_t normed(int32_t x, unit_norm unit, int small) {
  return pl_scaled16(256 * x - unit.mean, unit.by, small);
}

#define VALUE int8_t
#define NAMED(name) name##_s8
#include "norm_rows.h"
#undef VALUE
#undef NAMED

#define VALUE int16_t
#define NAMED(name) name##_s16
#include "norm_rows.h"
#undef VALUE
#undef NAMED

#include "moments.h"

#include "scale.h"

pl_centre pl_centre_of(pl_moments sums, int32_t n) {
  const int64_t mean = pl_floor_divide(2 * sums.sum + n, (uint32_t)(2 * n));
  const int64_t rest = sums.sum - n * mean;
  /* Exact modulo 2^64: products of sum and mean may leave 63 bits, the sum of centred squares does not. */
  const uint64_t centred = sums.squares - 2 * ((uint64_t)mean * (uint64_t)sums.sum) + (uint64_t)n * (uint64_t)(mean * mean);
  const pl_centre centre = {(int32_t)mean, (int32_t)rest, centred - pl_divide((uint64_t)(rest * rest), (uint32_t)n)};
  return centre;
}

int32_t pl_rest_of_mean(pl_centre centre, int32_t n, int32_t units) {
  const int32_t doubled = 2 * units * centre.rest + n; /* |rest| <= 2^17: below 2^27 */
  const int32_t quotient = doubled / (2 * n);
  return doubled - quotient * 2 * n < 0 ? quotient - 1 : quotient;
}

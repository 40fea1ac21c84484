/*
 * The norms over values of type VALUE, under names of NAMED; norm.c includes this once per type.
 */

/** Add values that lie `stride` apart to the sums. Four squares of int16 fit 32 bits: 4 * 32767^2 < 2^32. */
static inline pl_moments NAMED(add_sums)(pl_moments sums, const VALUE *x, int32_t count, int32_t stride) {
  int32_t i = 0;
  for (; i + 4 <= count; i += 4, x += 4 * stride) {
    const int32_t a = x[0], b = x[stride], c = x[2 * stride], d = x[3 * stride];
    sums.sum += a + b + c + d;
    sums.squares += (uint32_t)(a * a) + (uint32_t)(b * b) + (uint32_t)(c * c) + (uint32_t)(d * d);
  }
  for (; i < count; i++, x += stride) {
    const int32_t a = *x;
    sums.sum += a;
    sums.squares += (uint32_t)(a * a);
  }
  return sums;
}

/** Norm a row; gamma is null where `affine` is 0. */
static PL_INLINE void NAMED(norm_row)(const VALUE *x, int32_t n, unit_norm unit, pl_scale out, const int16_t *gamma,
                                      const int32_t *beta, int affine, int small, int8_t *y) {
  for (int32_t i = 0; i < n; i++) {
    const int32_t z = normed(x[i], unit, small);
    y[i] = pl_scaled8(affine ? z * gamma[i] + beta[i] : z, out, small);
  }
}

void NAMED(pl_layer_norm)(const VALUE *x, int32_t rows, int32_t n, const pl_norm *norm, int8_t *y) {
  const pl_moments none = {0, 0};
  const pl_scale out = norm->out;
  const int16_t *gamma = norm->gamma;
  const int32_t *beta = norm->beta;
  for (int32_t r = 0; r < rows; r++, x += n, y += n) {
    const unit_norm unit = unit_norm_of(NAMED(add_sums)(none, x, n, 1), n, norm);
    if (!pl_is_small(unit.by) || !pl_is_small(out)) {
      NAMED(norm_row)(x, n, unit, out, gamma, beta, gamma != NULL, 0, y);
    } else if (gamma == NULL) {
      NAMED(norm_row)(x, n, unit, out, gamma, beta, 0, 1, y);
    } else {
      NAMED(norm_row)(x, n, unit, out, gamma, beta, 1, 1, y);
    }
  }
}

/** Norm a column of a window; gamma is 1 and beta 0 where there is no affine part. */
static PL_INLINE void NAMED(norm_column)(const VALUE *x, int32_t rows, int32_t columns, unit_norm unit, pl_scale out,
                                         int32_t gamma, int32_t beta, int small, int8_t *y) {
  for (int32_t r = 0; r < rows; r++, x += columns, y += columns) {
    *y = pl_scaled8(normed(*x, unit, small) * gamma + beta, out, small);
  }
}

void NAMED(pl_group_norm)(const VALUE *x, int32_t rows, int32_t columns, const uint8_t *group, int32_t groups,
                          const pl_norm *norm, int8_t *y) {
  const pl_scale out = norm->out;
  for (int32_t g = 0; g < groups; g++) {
    pl_moments sums = {0, 0};
    for (int32_t c = 0; c < columns; c++) {
      if (group[c] == g) sums = NAMED(add_sums)(sums, x + c, rows, columns);
    }
    const unit_norm unit = unit_norm_of(sums, rows * (columns / groups), norm);
    for (int32_t c = 0; c < columns; c++) {
      if (group[c] != g) continue;
      const int32_t gamma = norm->gamma == NULL ? 1 : norm->gamma[c], beta = norm->gamma == NULL ? 0 : norm->beta[c];
      if (pl_is_small(unit.by) && pl_is_small(out)) {
        NAMED(norm_column)(x + c, rows, columns, unit, out, gamma, beta, 1, y + c);
      } else {
        NAMED(norm_column)(x + c, rows, columns, unit, out, gamma, beta, 0, y + c);
      }
    }
  }
}

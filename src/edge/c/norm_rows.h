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

static inline void NAMED(norm_row)(const VALUE *x, int32_t n, unit_norm unit, const pl_norm *norm, int8_t *y) {
  const pl_scale out = norm->out;
  const int16_t *gamma = norm->gamma;
  const int32_t *beta = norm->beta;
  if (gamma == NULL) {
    for (int32_t i = 0; i < n; i++) y[i] = pl_scaled8(normed(x[i], unit), out);
  } else {
    for (int32_t i = 0; i < n; i++) y[i] = pl_scaled8(normed(x[i], unit) * gamma[i] + beta[i], out);
  }
}

void NAMED(pl_layer_norm)(const VALUE *x, int32_t rows, int32_t n, const pl_norm *norm, int8_t *y) {
  const pl_moments none = {0, 0};
  for (int32_t r = 0; r < rows; r++, x += n, y += n) {
    const unit_norm unit = unit_norm_of(NAMED(add_sums)(none, x, n, 1), n, norm);
    NAMED(norm_row)(x, n, unit, norm, y);
  }
}

static inline void NAMED(norm_column)(const VALUE *x, int32_t rows, int32_t columns, unit_norm unit, const pl_norm *norm,
                                      int32_t column, int8_t *y) {
  const pl_scale out = norm->out;
  if (norm->gamma == NULL) {
    for (int32_t r = 0; r < rows; r++, x += columns, y += columns) *y = pl_scaled8(normed(*x, unit), out);
  } else {
    const int32_t gamma = norm->gamma[column], beta = norm->beta[column];
    for (int32_t r = 0; r < rows; r++, x += columns, y += columns) *y = pl_scaled8(normed(*x, unit) * gamma + beta, out);
  }
}

void NAMED(pl_group_norm)(const VALUE *x, int32_t rows, int32_t columns, const uint8_t *group, int32_t groups,
                          const pl_norm *norm, int8_t *y) {
  for (int32_t g = 0; g < groups; g++) {
    pl_moments sums = {0, 0};
    for (int32_t c = 0; c < columns; c++) {
      if (group[c] == g) sums = NAMED(add_sums)(sums, x + c, rows, columns);
    }
    const unit_norm unit = unit_norm_of(sums, rows * (columns / groups), norm);
    for (int32_t c = 0; c < columns; c++) {
      if (group[c] == g) NAMED(norm_column)(x + c, rows, columns, unit, norm, c, y + c);
    }
  }
}

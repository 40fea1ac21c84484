/*
 * The product in plain C of values of type VALUE, under names of NAMED; linear_plain.c includes this once per type.
 */

/** (rows, K) to (K, 4); missing rows are zero, and so is K up to a multiple of STEPS. */
static void NAMED(interleave)(const VALUE *x, int32_t rows, int32_t inner, VALUE *out) {
  const int32_t padded = (inner + STEPS - 1) / STEPS * STEPS;
  for (int32_t r = 0; r < ROWS; r++) {
    const int32_t live = r < rows ? inner : 0;
    VALUE *to = out + r;
    for (int32_t k = 0; k < live; k++, to += ROWS) *to = *x++;
    for (int32_t k = live; k < padded; k++, to += ROWS) *to = 0;
  }
}

/** Sums (4, 4) over the values from x to `end`. Apart from its caller, whose variables would take registers from the sums. */
__attribute__((noinline)) static void NAMED(multiply)(const VALUE *x, const VALUE *end, const int8_t *w, int32_t *sums) {
  int32_t s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  int32_t s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  int32_t s20 = 0, s21 = 0, s22 = 0, s23 = 0;
  int32_t s30 = 0, s31 = 0, s32 = 0, s33 = 0;
  do {
    STEP;
    STEP;
    STEP;
    STEP;
  } while (x != end);
  sums[0] = s00, sums[1] = s01, sums[2] = s02, sums[3] = s03;
  sums[4] = s10, sums[5] = s11, sums[6] = s12, sums[7] = s13;
  sums[8] = s20, sums[9] = s21, sums[10] = s22, sums[11] = s23;
  sums[12] = s30, sums[13] = s31, sums[14] = s32, sums[15] = s33;
}

void NAMED(pl_linear_product)(const pl_linear *layer, const VALUE *x, int32_t rows, const pl_linear_out *out, void *scratch) {
  const int32_t size = PL_LINEAR_SCRATCH(layer->inner); /* values of four rows, and bytes of a block of weights */
  VALUE *const four = scratch, *const end = four + size;
  int32_t sums[ROWS * COLS];
  pl_linear_tile tile = {sums, COLS, 0, 0, 0, 0};
  for (tile.row = 0; tile.row < rows; tile.row += ROWS) {
    tile.rows = pl_min(ROWS, rows - tile.row);
    NAMED(interleave)(x + tile.row * layer->inner, tile.rows, layer->inner, four);
    const int8_t *w = layer->weights;
    for (tile.col = 0; tile.col < layer->cols; tile.col += COLS) {
      tile.cols = pl_min(COLS, layer->cols - tile.col);
      NAMED(multiply)(four, end, pl_linear_block(layer, &w, size, (int8_t *)end), sums);
      pl_linear_store(layer, out, &tile);
    }
  }
}

#include "rotary.h"

#include "scale.h"

/** Turn the pairs of one head in one row. */
static PL_INLINE void turn(const int16_t *x, const int16_t *cosines, const int16_t *sines, int32_t pairs, pl_scale by,
                           int small, int8_t *y) {
  for (int32_t i = 0; i < pairs; i++, x += 2, y += 2) {
    const int32_t x0 = x[0], x1 = x[1], c = cosines[i], s = sines[i];
    y[0] = pl_scaled8(x0 * c - x1 * s, by, small); /* 2 * 32767^2 < 2^31 */
    y[1] = pl_scaled8(x0 * s + x1 * c, by, small);
  }
}

void pl_rotary_s16(const int16_t *x, const int16_t *cosines, const int16_t *sines, const pl_rotary_shape *shape, pl_scale by,
                   int8_t *y) {
  const int32_t size = shape->size, pairs = size / 2;
  for (int32_t r = 0; r < shape->rows; r++) {
    for (int32_t column = 0; column < shape->heads * size; column += size) {
      if (pl_is_small(by)) {
        turn(x + column, cosines, sines, pairs, by, 1, y + column);
      } else {
        turn(x + column, cosines, sines, pairs, by, 0, y + column);
      }
    }
    x += shape->x_stride;
    y += shape->y_stride;
    cosines += pairs;
    sines += pairs;
  }
}

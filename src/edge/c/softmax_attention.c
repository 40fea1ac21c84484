#include "softmax_attention.h"

#include <stddef.h>

#include "scale.h"

/** Last entry of the exponentials; it is 0, as all beyond. */
#define FARTHEST 191

/** round(127 * exp(-i / 32)), i = 0 ... 191. */
static const int8_t EXPONENTIALS[FARTHEST + 1] = {
    127, 123, 119, 116, 112, 109, 105, 102, 99, 96, 93, 90, 87, 85, 82, 79, 77, 75, 72, 70, 68, 66, 64, 62, 60, 58,
    56, 55, 53, 51, 50, 48, 47, 45, 44, 43, 41, 40, 39, 38, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 27, 26, 25, 24,
    23, 23, 22, 21, 21, 20, 19, 19, 18, 18, 17, 17, 16, 16, 15, 15, 14, 14, 13, 13, 13, 12, 12, 11, 11, 11, 10, 10,
    10, 9, 9, 9, 9, 8, 8, 8, 8, 7, 7, 7, 7, 7, 6, 6, 6, 6, 6, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3,
    3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

/** Rows of int8 that lie `stride` elements apart. */
typedef struct {
  const int8_t *data;
  int32_t stride;
} rows_s8;

static inline const int8_t *row(rows_s8 of, int32_t i) { return of.data + (ptrdiff_t)i * of.stride; }

/** Sums of products of two query rows and four keys: scores[4 i + j] of query i and key j. */
static inline void products(const int8_t *const q[2], const int8_t *const k[4], int32_t size, int32_t scores[8]) {
  const int8_t *q0 = q[0], *q1 = q[1], *k0 = k[0], *k1 = k[1], *k2 = k[2], *k3 = k[3];
  int32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
#define COLUMN(d)                                                   \
  {                                                                 \
    const int32_t p = q0[d], r = q1[d];                             \
    const int32_t x0 = k0[d], x1 = k1[d], x2 = k2[d], x3 = k3[d];   \
    a0 += p * x0, a1 += p * x1, a2 += p * x2, a3 += p * x3;         \
    b0 += r * x0, b1 += r * x1, b2 += r * x2, b3 += r * x3;         \
  }
  int32_t d = 0;
  for (; d + 4 <= size; d += 4) {
    COLUMN(d)
    COLUMN(d + 1)
    COLUMN(d + 2)
    COLUMN(d + 3)
  }
  for (; d < size; d++) COLUMN(d)
#undef COLUMN
  scores[0] = a0, scores[1] = a1, scores[2] = a2, scores[3] = a3;
  scores[4] = b0, scores[5] = b1, scores[6] = b2, scores[7] = b3;
}

/** Four scores, or the first `count` of them, in units of 1/32 nat. @returns the highest of them and of `highest` */
static int32_t put_scores(const int32_t scores[4], int32_t count, pl_scale by, int32_t highest, int16_t *t) {
  const int small = pl_is_small(by);
  for (int32_t i = 0; i < count; i++) {
    t[i] = pl_scaled16(scores[i], by, small);
    highest = t[i] > highest ? t[i] : highest;
  }
  return highest;
}

/** Scores of two query rows in units of 1/32 nat: t (2, length), and the highest of each row. */
static void score(const int8_t *const q[2], rows_s8 k, int32_t length, int32_t size, const pl_scale by[2], int16_t *t,
                  int32_t highest[2]) {
  highest[0] = highest[1] = INT16_MIN;
  for (int32_t j = 0; j < length; j += 4) {
    const int32_t last = length - 1, count = pl_min(4, length - j);
    const int8_t *const keys[4] = {row(k, j), row(k, pl_min(j + 1, last)), row(k, pl_min(j + 2, last)), row(k, pl_min(j + 3, last))};
    int32_t scores[8];
    products(q, keys, size, scores);
    highest[0] = put_scores(scores, count, by[0], highest[0], t + j);
    highest[1] = put_scores(scores + 4, count, by[1], highest[1], t + length + j);
  }
}

/** Put the exponentials of `t - highest` over the first half of t. @returns their sum */
static uint32_t exponentials(int16_t *t, int32_t length, int32_t highest) {
  int8_t *e = (int8_t *)t; /* entry j is written after entry j / 2 has been read */
  int32_t sum = 0;
  for (int32_t j = 0; j < length; j++) {
    e[j] = EXPONENTIALS[pl_min(highest - t[j], FARTHEST)];
    sum += e[j];
  }
  return (uint32_t)sum;
}

/** Four sums to int8. */
static void put_four(int32_t a, int32_t b, int32_t c, int32_t d, pl_scale by, int8_t *y) {
  const int small = pl_is_small(by);
  y[0] = pl_scaled8(a, by, small), y[1] = pl_scaled8(b, by, small);
  y[2] = pl_scaled8(c, by, small), y[3] = pl_scaled8(d, by, small);
}

/** y[i][d] = sum_j e[i][j] v[j][d] times by[i], for two rows and four columns. */
static void gather_four(const int8_t *const e[2], rows_s8 v, int32_t length, const pl_scale by[2], int8_t *const y[2]) {
  const int8_t *e0 = e[0], *e1 = e[1], *x = v.data;
  int32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
  for (int32_t j = 0; j < length; j++, x += v.stride) {
    const int32_t p = e0[j], r = e1[j];
    const int32_t x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
    a0 += p * x0, a1 += p * x1, a2 += p * x2, a3 += p * x3;
    b0 += r * x0, b1 += r * x1, b2 += r * x2, b3 += r * x3;
  }
  put_four(a0, a1, a2, a3, by[0], y[0]);
  put_four(b0, b1, b2, b3, by[1], y[1]);
}

/** The same for one column. */
static void gather_one(const int8_t *const e[2], rows_s8 v, int32_t length, const pl_scale by[2], int8_t *const y[2]) {
  int32_t a = 0, b = 0;
  for (int32_t j = 0; j < length; j++) {
    const int32_t x = *row(v, j);
    a += e[0][j] * x;
    b += e[1][j] * x;
  }
  y[0][0] = pl_scaled8(a, by[0], pl_is_small(by[0]));
  y[1][0] = pl_scaled8(b, by[1], pl_is_small(by[1]));
}

/** Attention of two query rows (which may be the same) to `length` rows of `size` columns. */
static void attend(const int8_t *const q[2], rows_s8 k, rows_s8 v, int32_t length, int32_t size, const pl_scale scores[2],
                   pl_scale values, int8_t *const y[2], int16_t *t) {
  int32_t highest[2];
  score(q, k, length, size, scores, t, highest);
  const pl_scale by[2] = {
      pl_combine(pl_reciprocal(exponentials(t, length, highest[0])), values),
      pl_combine(pl_reciprocal(exponentials(t + length, length, highest[1])), values),
  };
  const int8_t *const e[2] = {(const int8_t *)t, (const int8_t *)(t + length)};
  int32_t d = 0;
  for (; d + 4 <= size; d += 4) {
    int8_t *const to[2] = {y[0] + d, y[1] + d};
    const rows_s8 columns = {v.data + d, v.stride};
    gather_four(e, columns, length, by, to);
  }
  for (; d < size; d++) {
    int8_t *const to[2] = {y[0] + d, y[1] + d};
    const rows_s8 column = {v.data + d, v.stride};
    gather_one(e, column, length, by, to);
  }
}

void pl_attention_s8(const int8_t *q, const int8_t *k, const int8_t *v, const pl_attention_shape *shape, pl_scale scores,
                     pl_scale values, int8_t *y, int16_t *scratch) {
  const pl_scale both[2] = {scores, scores};
  for (int32_t h = 0; h < shape->heads; h++) {
    const int32_t column = h * shape->size;
    const rows_s8 queries = {q + column, shape->q_stride};
    const rows_s8 keys = {k + column, shape->k_stride};
    const rows_s8 contents = {v + column, shape->v_stride};
    for (int32_t r = 0; r < shape->rows; r += 2) {
      const int32_t next = pl_min(r + 1, shape->rows - 1);
      const int8_t *const from[2] = {row(queries, r), row(queries, next)};
      int8_t *const to[2] = {y + (ptrdiff_t)r * shape->y_stride + column, y + (ptrdiff_t)next * shape->y_stride + column};
      attend(from, keys, contents, shape->length, shape->size, both, values, to, scratch);
    }
  }
}

void pl_query_attention_s8(const int8_t *queries, const int8_t *tokens, const pl_query_attention_shape *shape,
                           const pl_scale *scores, pl_scale values, int8_t *y, int16_t *scratch) {
  const int32_t size = shape->size;
  const rows_s8 from = {queries, size};
  const rows_s8 keys = {tokens, shape->token_stride};
  for (int32_t r = 0; r < shape->rows; r += 2) {
    const int32_t next = pl_min(r + 1, shape->rows - 1);
    const int8_t *const q[2] = {row(from, r), row(from, next)};
    const pl_scale by[2] = {scores[r], scores[next]};
    int8_t *const to[2] = {y + (ptrdiff_t)r * size, y + (ptrdiff_t)next * size};
    attend(q, keys, keys, shape->length, size, by, values, to, scratch);
  }
}

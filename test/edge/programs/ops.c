/*
 * Runs every kernel over the cases that opsCases.ts wrote and prints one line per case: the bytes of its results or, of many, a checksum.
 * A case is a number of the operator and its arguments in words, in the order in which they are read here.
 */
#include <string.h>

#include "add16.h"
#include "console.h"
#include "frequency_features.h"
#include "mean_rows.h"
#include "norm.h"
#include "requantize16.h"
#include "rotary.h"
#include "scale.h"
#include "softmax_attention.h"
#include "table.h"
#include "vectors.h"
#include "zscore.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define FORBID(from, size) ASAN_POISON_MEMORY_REGION(from, size)
#define ALLOW(from, size) ASAN_UNPOISON_MEMORY_REGION(from, size)
#else
#define FORBID(from, size) ((void)(from), (void)(size))
#define ALLOW(from, size) ((void)(from), (void)(size))
#endif

#define POISON 0x55

static const int32_t *at = cases;

static int32_t word(void) { return *at++; }

static uint64_t wide(void) {
  const uint32_t low = (uint32_t)word(), high = (uint32_t)word();
  return (uint64_t)high << 32 | low;
}

/** Read the words of a structure that has only such. */
static void read_words(void *to, size_t size) {
  memcpy(to, at, size);
  at += size / sizeof *at;
}

static pl_scale scale(void) {
  pl_scale by;
  read_words(&by, sizeof by);
  return by;
}

static uint64_t arena[1 << 17];
static uint32_t used;

/** Words between two arrays that nobody may touch. */
#define GAP 16

/** Memory of the case, poisoned. */
static void *take(int32_t bytes) {
  used += GAP;
  uint8_t *place = (uint8_t *)(arena + used);
  ALLOW(place, (size_t)bytes);
  for (int32_t i = 0; i < bytes; i++) place[i] = POISON;
  used += ((uint32_t)bytes + 7) / 8;
  return place;
}

/** An array of the case: values over and over, or numbers of a linear congruential generator in [low, high]. */
typedef struct {
  int32_t count;
  int32_t length;
  const int32_t *values;
  int32_t low;
  uint32_t span;
  uint32_t state;
} source;

static source open_array(void) {
  source from = {0, 0, NULL, 0, 0, 0};
  from.count = word();
  from.length = word();
  from.values = at;
  if (from.length > 0) {
    at += from.length;
  } else {
    from.state = (uint32_t)word();
    from.low = word();
    from.span = (uint32_t)word() - (uint32_t)from.low + 1;
  }
  return from;
}

static int32_t next(source *from, int32_t i) {
  if (from->length > 0) return from->values[i % from->length];
  from->state = from->state * UINT32_C(1664525) + UINT32_C(1013904223);
  return from->low + (int32_t)((from->state >> 8) % from->span);
}

static int32_t last_count;

static int8_t *bytes(void) {
  source from = open_array();
  int8_t *to = take(from.count);
  for (int32_t i = 0; i < from.count; i++) to[i] = (int8_t)next(&from, i);
  last_count = from.count;
  return to;
}

static int16_t *shorts(void) {
  source from = open_array();
  int16_t *to = take(2 * from.count);
  for (int32_t i = 0; i < from.count; i++) to[i] = (int16_t)next(&from, i);
  last_count = from.count;
  return to;
}

static int32_t *words(void) {
  source from = open_array();
  int32_t *to = take(4 * from.count);
  for (int32_t i = 0; i < from.count; i++) to[i] = next(&from, i);
  last_count = from.count;
  return to;
}

/** An array of pairs. */
static pl_scale *scales(void) {
  const int32_t *pairs = words();
  const int32_t count = last_count / 2;
  pl_scale *to = take(8 * count);
  for (int32_t i = 0; i < count; i++) {
    to[i].m = pairs[2 * i];
    to[i].shift = pairs[2 * i + 1];
  }
  return to;
}

/** Results of more elements than this are printed as their FNV-1a. */
#define LONGEST 256

static void print(const void *data, int32_t width, int32_t count) {
  const uint8_t *bytes = data;
  uint32_t sum = UINT32_C(2166136261);
  for (int32_t i = 0; i < width * count; i++) sum = (sum ^ bytes[i]) * UINT32_C(16777619);
  if (count <= LONGEST) {
    console_hex(data, width * count);
  } else {
    console_hex(&sum, sizeof sum);
  }
}

static void run_combine(void) {
  const int32_t *m = words(), *s = words();
  int32_t *y = take(4 * last_count);
  for (int32_t i = 0; i < last_count; i += 2) {
    const pl_scale a = {m[i], s[i]}, b = {m[i + 1], s[i + 1]}, c = pl_combine(a, b);
    y[i] = c.m;
    y[i + 1] = c.shift;
  }
  print(y, 4, last_count);
}

static void run_isqrt(void) {
  const int32_t *v = words();
  uint32_t *y = take(2 * last_count);
  for (int32_t i = 0; i < last_count; i += 2) y[i / 2] = pl_isqrt((uint64_t)(uint32_t)v[i + 1] << 32 | (uint32_t)v[i]);
  print(y, 4, last_count / 2);
}

static void run_reciprocal(void) {
  const int32_t *d = words();
  pl_scale *y = take(8 * last_count);
  for (int32_t i = 0; i < last_count; i++) y[i] = pl_reciprocal((uint32_t)d[i]);
  print(y, 4, 2 * last_count);
}

static void run_inverse_root(void) {
  const int32_t *v = words();
  pl_scale *y = take(4 * last_count);
  for (int32_t i = 0; i < last_count; i += 2) y[i / 2] = pl_inverse_root((uint64_t)(uint32_t)v[i + 1] << 32 | (uint32_t)v[i]);
  print(y, 4, last_count);
}

static void run_scaled8(void) {
  const pl_scale by = scale();
  const int32_t *a = words();
  int8_t *y = take(last_count);
  for (int32_t i = 0; i < last_count; i++) y[i] = pl_scaled8(a[i], by, pl_is_small(by));
  print(y, 1, last_count);
}

static void run_scaled16(void) {
  const pl_scale by = scale();
  const int32_t *a = words();
  int16_t *y = take(2 * last_count);
  for (int32_t i = 0; i < last_count; i++) y[i] = pl_scaled16(a[i], by, pl_is_small(by));
  print(y, 2, last_count);
}

static void run_table_s8(void) {
  const int8_t *table = bytes();
  int8_t *x = bytes();
  pl_table_s8(x, last_count, table, x);
  print(x, 1, last_count);
}

static void run_table_s8_s16(void) {
  const int16_t *table = shorts();
  const int8_t *x = bytes();
  int16_t *y = take(2 * last_count);
  pl_table_s8_s16(x, last_count, table, y);
  print(y, 2, last_count);
}

static pl_norm norm_constants(void) {
  pl_norm norm = {0, {0, 0}, {0, 0}, NULL, NULL};
  norm.epsilon = wide();
  norm.root = scale();
  norm.out = scale();
  if (word() != 0) {
    norm.gamma = shorts();
    norm.beta = words();
  }
  return norm;
}

static void run_layer_norm_s8(void) {
  const int32_t rows = word(), n = word();
  const pl_norm norm = norm_constants();
  int8_t *x = bytes();
  pl_layer_norm_s8(x, rows, n, &norm, x);
  print(x, 1, rows * n);
}

static void run_layer_norm_s16(void) {
  const int32_t rows = word(), n = word();
  const pl_norm norm = norm_constants();
  const int16_t *x = shorts();
  int8_t *y = take(rows * n);
  pl_layer_norm_s16(x, rows, n, &norm, y);
  print(y, 1, rows * n);
}

static void run_group_norm_s8(void) {
  const int32_t rows = word(), columns = word(), groups = word();
  const uint8_t *group = (const uint8_t *)bytes();
  const pl_norm norm = norm_constants();
  int8_t *x = bytes();
  pl_group_norm_s8(x, rows, columns, group, groups, &norm, x);
  print(x, 1, rows * columns);
}

static void run_group_norm_s16(void) {
  const int32_t rows = word(), columns = word(), groups = word();
  const uint8_t *group = (const uint8_t *)bytes();
  const pl_norm norm = norm_constants();
  const int16_t *x = shorts();
  int8_t *y = take(rows * columns);
  pl_group_norm_s16(x, rows, columns, group, groups, &norm, y);
  print(y, 1, rows * columns);
}

static void run_attention(void) {
  pl_attention_shape shape;
  read_words(&shape, sizeof shape);
  const pl_scale scores = scale(), values = scale();
  const int8_t *q = bytes(), *k = bytes(), *v = bytes();
  int8_t *y = take(shape.rows * shape.y_stride);
  int16_t *scratch = take(2 * PL_ATTENTION_SCRATCH(shape.length));
  pl_attention_s8(q, k, v, &shape, scores, values, y, scratch);
  print(y, 1, shape.rows * shape.y_stride);
}

static void run_query_attention(void) {
  pl_query_attention_shape shape;
  read_words(&shape, sizeof shape);
  const pl_scale values = scale();
  const pl_scale *scores = scales();
  const int8_t *queries = bytes(), *tokens = bytes();
  int8_t *y = take(shape.rows * shape.size);
  int16_t *scratch = take(2 * PL_ATTENTION_SCRATCH(shape.length));
  pl_query_attention_s8(queries, tokens, &shape, scores, values, y, scratch);
  print(y, 1, shape.rows * shape.size);
}

static void run_rotary(void) {
  pl_rotary_shape shape;
  read_words(&shape, sizeof shape);
  const pl_scale by = scale();
  const int16_t *x = shorts(), *cosines = shorts(), *sines = shorts();
  int8_t *y = take(shape.rows * shape.y_stride);
  pl_rotary_s16(x, cosines, sines, &shape, by, y);
  print(y, 1, shape.rows * shape.y_stride);
}

static void run_frequency_features(void) {
  pl_frequency_shape shape;
  read_words(&shape, sizeof shape);
  const pl_scale *magnitudes = scales();
  const int16_t *x = shorts(), *cosines = shorts(), *sines = shorts();
  int8_t *y = take(shape.patches * 2 * shape.bins);
  pl_frequency_features_s16(x, cosines, sines, &shape, magnitudes, y);
  print(y, 1, shape.patches * 2 * shape.bins);
}

static void run_zscore(void) {
  const pl_scale root = scale();
  const int32_t *x = words();
  int16_t *y = take(2 * last_count);
  pl_zscore_s32(x, last_count, root, y);
  print(y, 2, last_count);
}

static void run_add(void) {
  int16_t *a = shorts();
  const int16_t *b = shorts();
  pl_add_s16(a, b, last_count, a);
  print(a, 2, last_count);
}

static void run_requantize(void) {
  const pl_scale by = scale();
  const int16_t *x = shorts();
  int8_t *y = take(last_count);
  pl_requantize_s16(x, last_count, by, y);
  print(y, 1, last_count);
}

static void run_mean_rows_s8(void) {
  const int32_t rows = word(), columns = word();
  const pl_scale by = scale();
  const int8_t *x = bytes();
  int8_t *y = take(columns);
  pl_mean_rows_s8(x, rows, columns, by, y);
  print(y, 1, columns);
}

static void run_mean_rows_s16(void) {
  const int32_t rows = word(), columns = word();
  const pl_scale by = scale();
  const int16_t *x = shorts();
  int8_t *y = take(columns);
  pl_mean_rows_s16(x, rows, columns, by, y);
  print(y, 1, columns);
}

/** By the number of the operator: its place in OPERATORS of opsCases.ts. */
static void (*const RUNS[])(void) = {
    run_combine,       run_isqrt,          run_reciprocal,     run_inverse_root,       run_scaled8,       run_scaled16,
    run_table_s8,      run_table_s8_s16,   run_layer_norm_s8,  run_layer_norm_s16,     run_group_norm_s8, run_group_norm_s16,
    run_attention,     run_query_attention, run_rotary,        run_frequency_features, run_zscore,        run_add,
    run_requantize,    run_mean_rows_s8,   run_mean_rows_s16,
};

int main(void) {
  while (at < cases + cases_count) {
    used = 0;
    FORBID(arena, sizeof arena);
    RUNS[word()]();
  }
  console_exit(0);
  return 0;
}

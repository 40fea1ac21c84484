/*
 * The product in plain C for cores with one multiplication at a time (RV32IM) and for hosts. 4 rows x 4 channels keep 16 sums in registers:
 * 8 loads serve 16 products. Weights: blocks of 4 channels, within a block (K, 4). Four rows of x are interleaved alike in the scratch.
 */
#include "linear_product.h"

enum { ROWS = 4, COLS = 4, STEPS = 4 };

/** One weight meets four values. */
#define COL(c)                   \
  do {                           \
    const int32_t weight = w[c]; \
    s0##c += x0 * weight;        \
    s1##c += x1 * weight;        \
    s2##c += x2 * weight;        \
    s3##c += x3 * weight;        \
  } while (0)

/** One k: the outer product of four values and four weights. */
#define STEP                                                  \
  do {                                                        \
    const int32_t x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3]; \
    COL(0);                                                   \
    COL(1);                                                   \
    COL(2);                                                   \
    COL(3);                                                   \
    x += ROWS;                                                \
    w += COLS;                                                \
  } while (0)

#define VALUE int8_t
#define NAMED(name) name##_s8
#include "linear_plain_rows.h"
#undef VALUE
#undef NAMED

#define VALUE int16_t
#define NAMED(name) name##_s16
#include "linear_plain_rows.h"
#undef VALUE
#undef NAMED

/*
 * Attention of int8 queries, keys and values, one or two query rows at a time: scores of more than two rows are never stored.
 */
#ifndef PANLUNA_SOFTMAX_ATTENTION_H
#define PANLUNA_SOFTMAX_ATTENTION_H

#include "isa.h"

/** Entries of scratch for `length` keys: 4 bytes per key. */
#define PL_ATTENTION_SCRATCH(length) (2 * (length))

/** Self-attention: what lies where. Strides count elements from one row to the next. */
typedef struct {
  /** Query rows. */
  int32_t rows;
  /** Keys and values, 1 ... 65536. */
  int32_t length;
  int32_t heads;
  /** Columns per head. */
  int32_t size;
  int32_t q_stride;
  int32_t k_stride;
  int32_t v_stride;
  int32_t y_stride;
} pl_attention_shape;

/**
 * `softmax(q k^T * scores) v * values` for every head.
 * @param q (rows, heads * size)
 * @param k (length, heads * size)
 * @param v (length, heads * size)
 * @param scores from q k^T to units of 1/32 nat
 * @param values scale of v over scale of y
 * @param y (rows, heads * size); no part of q, k or v
 * @param scratch PL_ATTENTION_SCRATCH(length) entries
 */
void pl_attention_s8(const int8_t *q, const int8_t *k, const int8_t *v, const pl_attention_shape *shape, pl_scale scores,
                     pl_scale values, int8_t *y, int16_t *scratch);

/** Attention of constant queries to tokens that are keys and values at once. */
typedef struct {
  /** Query rows (query, head). */
  int32_t rows;
  /** Tokens, 1 ... 65536. */
  int32_t length;
  /** Columns of queries, tokens and y. */
  int32_t size;
  /** Elements from one token to the next. */
  int32_t token_stride;
} pl_query_attention_shape;

/**
 * `softmax(queries tokens^T * scores) tokens * values`.
 * @param queries (rows, size)
 * @param tokens (length, size)
 * @param scores one per query row, to units of 1/32 nat
 * @param y (rows, size); no part of the tokens
 * @param scratch PL_ATTENTION_SCRATCH(length) entries
 */
void pl_query_attention_s8(const int8_t *queries, const int8_t *tokens, const pl_query_attention_shape *shape,
                           const pl_scale *scores, pl_scale values, int8_t *y, int16_t *scratch);

#endif

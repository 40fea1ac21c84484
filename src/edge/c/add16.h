/*
 * The residual sum.
 */
#ifndef PANLUNA_ADD16_H
#define PANLUNA_ADD16_H

#include <stdint.h>

/** `y = clip16(a + b)` of one scale; y may be a or b. */
void pl_add_s16(const int16_t *a, const int16_t *b, int32_t count, int16_t *y);

#endif

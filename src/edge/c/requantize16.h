/*
 * From int16 to int8.
 */
#ifndef PANLUNA_REQUANTIZE16_H
#define PANLUNA_REQUANTIZE16_H

#include "isa.h"

/** `y = clip8(x * by)`. */
void pl_requantize_s16(const int16_t *restrict x, int32_t count, pl_scale by, int8_t *restrict y);

#endif

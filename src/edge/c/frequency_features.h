/*
 * Magnitudes and phases of the discrete Fourier transform of patches.
 */
#ifndef PANLUNA_FREQUENCY_FEATURES_H
#define PANLUNA_FREQUENCY_FEATURES_H

#include "isa.h"

/** A patch and its transform. */
typedef struct {
  int32_t patches;
  /** Samples per patch, even, at most 8192. */
  int32_t samples;
  /** Frequencies: samples / 2 + 1. */
  int32_t bins;
} pl_frequency_shape;

/**
 * @param x (patches, samples), in [-32767, 32767]
 * @param cosines (bins, samples): round(2^14 cos(2 pi k t / samples))
 * @param sines (bins, samples): round(-2^14 sin(2 pi k t / samples))
 * @param magnitudes (bins), from a quarter of the step of x to the step of the magnitudes of a frequency
 * @param y (patches, 2 * bins): all magnitudes, then all phases in units of pi / 127
 */
void pl_frequency_features_s16(const int16_t *restrict x, const int16_t *restrict cosines, const int16_t *restrict sines,
                               const pl_frequency_shape *shape, const pl_scale *restrict magnitudes, int8_t *restrict y);

#endif

/*
 * Samples as they come from an amplifier, window by window through the network.
 */
#ifndef PANLUNA_STREAM_H
#define PANLUNA_STREAM_H

#include "network.h"

/** The last PANLUNA_SAMPLES samples of every channel, and the memory of the network. */
typedef struct {
  int32_t ring[PANLUNA_CHANNELS][PANLUNA_SAMPLES];
  /** Where the next sample goes. */
  int32_t next;
  /** Samples until the next window is complete. */
  int32_t missing;
  int32_t ordered[PANLUNA_SAMPLES];
  uint8_t arena[PANLUNA_ARENA_BYTES] __attribute__((aligned(16)));
} panluna_stream;

void panluna_stream_start(panluna_stream *stream);

/**
 * Take one sample of every channel, in the order of the channels of the network: PANLUNA_SFREQ Hz, filtered as network.h says, |sample| < 2^23.
 * @param hop samples from one window to the next, 1 ... PANLUNA_SAMPLES
 * @returns PANLUNA_LOGITS_COUNT logits where a window is complete, until the next sample; else null
 */
const int16_t *panluna_stream_push(panluna_stream *stream, const int32_t *samples, int32_t hop);

#endif

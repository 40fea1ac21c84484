#include "stream.h"

#include "zscore.h"

void panluna_stream_start(panluna_stream *stream) {
  stream->next = 0;
  stream->missing = PANLUNA_SAMPLES;
}

/** The ring of a channel, oldest sample first. */
static void order(panluna_stream *stream, int32_t channel) {
  const int32_t *ring = stream->ring[channel];
  int32_t at = stream->next;
  for (int32_t t = 0; t < PANLUNA_SAMPLES; t++) {
    stream->ordered[t] = ring[at];
    at = at + 1 == PANLUNA_SAMPLES ? 0 : at + 1;
  }
}

const int16_t *panluna_stream_push(panluna_stream *stream, const int32_t *samples, int32_t hop) {
  static const pl_scale root = PANLUNA_ZSCORE_ROOT;
  for (int32_t channel = 0; channel < PANLUNA_CHANNELS; channel++) stream->ring[channel][stream->next] = samples[channel];
  stream->next = stream->next + 1 == PANLUNA_SAMPLES ? 0 : stream->next + 1;
  stream->missing--;
  if (stream->missing > 0) return 0;
  stream->missing = hop;
  int16_t *x = (int16_t *)(void *)(stream->arena + PANLUNA_X_OFFSET);
  for (int32_t channel = 0; channel < PANLUNA_CHANNELS; channel++) {
    order(stream, channel);
    pl_zscore_s32(stream->ordered, PANLUNA_SAMPLES, root, x + channel * PANLUNA_SAMPLES);
  }
  panluna_run(stream->arena);
  return (const int16_t *)(const void *)(stream->arena + PANLUNA_LOGITS_OFFSET);
}

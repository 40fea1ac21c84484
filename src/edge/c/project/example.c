/*
 * What a firmware does: take a sample of every channel when it comes, and the logits when a window is complete.
 * Here the samples are those of the test vector, so that the program can say whether this machine computes what it should.
 */
#include "stream.h"
#include "test_vector.h"

#include <stdio.h>

static panluna_stream stream;

int main(void) {
  const int16_t *logits = 0;
  panluna_stream_start(&stream);
  for (int32_t t = 0; t < PANLUNA_SAMPLES; t++) {
    int32_t samples[PANLUNA_CHANNELS];
    for (int32_t channel = 0; channel < PANLUNA_CHANNELS; channel++) {
      samples[channel] = panluna_test_counts[channel * PANLUNA_SAMPLES + t];
    }
    logits = panluna_stream_push(&stream, samples, PANLUNA_SAMPLES);
  }
  int wrong = logits == 0;
  for (int32_t i = 0; i < PANLUNA_LOGITS_COUNT && logits != 0; i++) {
    printf("%s %d (expected %d)\n", panluna_classes[i], logits[i], panluna_test_logits[i]);
    wrong |= logits[i] != panluna_test_logits[i];
  }
  puts(wrong ? "DIFFERENT: do not use this build" : "equal to the reference");
  return wrong;
}

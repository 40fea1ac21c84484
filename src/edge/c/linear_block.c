/*
 * Weights of 4 or 2 bits become int8. A word holds 32 / bits of them, w + 2^(bits - 1) each: the lowest bits of its four bytes are the first
 * four weights, and so on. Little-endian, as all targets are.
 *
 * Four weights at a time: v + 0x80 - 2^(bits - 1) carries nothing from byte to byte, and turning its top bit over subtracts 0x80.
 */
#include "linear_product.h"

/** 0x01 in every byte. */
static const uint32_t EVERY = 0x01010101;

/** The weights in the lowest bits of the bytes of a word; `bits` is a constant where this is called. */
static inline uint32_t lowest(uint32_t word, int32_t bits) {
  const uint32_t mask = EVERY * ((1u << bits) - 1), offset = EVERY * (0x80u - (1u << (bits - 1)));
  return ((word & mask) + offset) ^ (EVERY * 0x80u);
}

static inline uint32_t load(const int8_t *from) {
  uint32_t word;
  __builtin_memcpy(&word, __builtin_assume_aligned(from, 4), 4);
  return word;
}

static inline void store(int8_t *to, uint32_t word) { __builtin_memcpy(__builtin_assume_aligned(to, 4), &word, 4); }

#if defined(__ARM_FEATURE_MVE)

/** `lowest` of four words. */
static inline uint32x4_t lowest4(uint32x4_t words, int32_t bits) {
  const uint8x16_t mask = vdupq_n_u8((uint8_t)((1u << bits) - 1)), offset = vdupq_n_u8((uint8_t)(1u << (bits - 1)));
  return vreinterpretq_u32_u8(vsubq_u8(vandq_u8(vreinterpretq_u8_u32(words), mask), offset));
}

/** Four words at a time, as long as there are so many; the storing interleaves them. Returns what is left. */
static int32_t widen4_by4(const int8_t **from, int32_t words, int8_t **to) {
  for (; words >= 4; words -= 4, *from += 16, *to += 32) {
    const uint32x4_t w = vreinterpretq_u32_s8(vld1q_s8(*from));
    const uint32x4x2_t parts = {{lowest4(w, 4), lowest4(vshrq_n_u32(w, 4), 4)}};
    vst2q_u32((uint32_t *)(void *)*to, parts);
  }
  return words;
}

static int32_t widen2_by4(const int8_t **from, int32_t words, int8_t **to) {
  for (; words >= 4; words -= 4, *from += 16, *to += 64) {
    const uint32x4_t w = vreinterpretq_u32_s8(vld1q_s8(*from));
    const uint32x4x4_t parts = {
        {lowest4(w, 2), lowest4(vshrq_n_u32(w, 2), 2), lowest4(vshrq_n_u32(w, 4), 2), lowest4(vshrq_n_u32(w, 6), 2)}};
    vst4q_u32((uint32_t *)(void *)*to, parts);
  }
  return words;
}

#else

static inline int32_t widen4_by4(const int8_t **from, int32_t words, int8_t **to) {
  (void)from, (void)to;
  return words;
}

static inline int32_t widen2_by4(const int8_t **from, int32_t words, int8_t **to) {
  (void)from, (void)to;
  return words;
}

#endif

static void widen4(const int8_t *from, int32_t words, int8_t *to) {
  for (words = widen4_by4(&from, words, &to); words > 0; words--, from += 4, to += 8) {
    const uint32_t word = load(from);
    store(to, lowest(word, 4));
    store(to + 4, lowest(word >> 4, 4));
  }
}

static void widen2(const int8_t *from, int32_t words, int8_t *to) {
  for (words = widen2_by4(&from, words, &to); words > 0; words--, from += 4, to += 16) {
    const uint32_t word = load(from);
    store(to, lowest(word, 2));
    store(to + 4, lowest(word >> 2, 2));
    store(to + 8, lowest(word >> 4, 2));
    store(to + 12, lowest(word >> 6, 2));
  }
}

const int8_t *pl_linear_block(const pl_linear *layer, const int8_t **weights, int32_t count, int8_t *room) {
  const int8_t *const block = *weights;
  if (layer->bits == 8) {
    *weights += count;
    return block;
  }
  const int32_t words = (count * layer->bits + 31) / 32;
  *weights += 4 * words;
  if (layer->bits == 4) widen4(block, words, room);
  else widen2(block, words, room);
  return room;
}

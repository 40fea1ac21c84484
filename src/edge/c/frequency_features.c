#include "frequency_features.h"

#include "scale.h"

/** Angles count 32768 to pi. */
#define HALF_TURN 32768

/** round(atan(q / 256) * 32768 / pi), q = 0 ... 256. */
static const int16_t ARCTANGENTS[257] = {
    0, 41, 81, 122, 163, 204, 244, 285, 326, 367, 407, 448, 489, 529, 570, 610, 651, 692, 732, 773, 813, 854, 894,
    935, 975, 1015, 1056, 1096, 1136, 1177, 1217, 1257, 1297, 1337, 1377, 1417, 1457, 1497, 1537, 1577, 1617, 1656,
    1696, 1736, 1775, 1815, 1854, 1894, 1933, 1973, 2012, 2051, 2090, 2129, 2168, 2207, 2246, 2285, 2324, 2363,
    2401, 2440, 2478, 2517, 2555, 2594, 2632, 2670, 2708, 2746, 2784, 2822, 2860, 2897, 2935, 2973, 3010, 3047,
    3085, 3122, 3159, 3196, 3233, 3270, 3307, 3344, 3380, 3417, 3453, 3490, 3526, 3562, 3599, 3635, 3670, 3706,
    3742, 3778, 3813, 3849, 3884, 3920, 3955, 3990, 4025, 4060, 4095, 4129, 4164, 4199, 4233, 4267, 4302, 4336,
    4370, 4404, 4438, 4471, 4505, 4539, 4572, 4605, 4639, 4672, 4705, 4738, 4771, 4803, 4836, 4869, 4901, 4933,
    4966, 4998, 5030, 5062, 5094, 5125, 5157, 5188, 5220, 5251, 5282, 5313, 5344, 5375, 5406, 5437, 5467, 5498,
    5528, 5559, 5589, 5619, 5649, 5679, 5708, 5738, 5768, 5797, 5826, 5856, 5885, 5914, 5943, 5972, 6000, 6029,
    6058, 6086, 6114, 6142, 6171, 6199, 6227, 6254, 6282, 6310, 6337, 6365, 6392, 6419, 6446, 6473, 6500, 6527,
    6554, 6580, 6607, 6633, 6660, 6686, 6712, 6738, 6764, 6790, 6815, 6841, 6867, 6892, 6917, 6943, 6968, 6993,
    7018, 7043, 7068, 7092, 7117, 7141, 7166, 7190, 7214, 7238, 7262, 7286, 7310, 7334, 7358, 7381, 7405, 7428,
    7451, 7475, 7498, 7521, 7544, 7566, 7589, 7612, 7635, 7657, 7679, 7702, 7724, 7746, 7768, 7790, 7812, 7834,
    7856, 7877, 7899, 7920, 7942, 7963, 7984, 8005, 8026, 8047, 8068, 8089, 8110, 8131, 8151, 8172, 8192,
};

/** `(sum x w + 2^11) >> 12`. Four products fit 32 bits: 4 * 32767 * 2^14 < 2^31. */
static int32_t component(const int16_t *x, const int16_t *w, int32_t samples) {
  int64_t sum = 1 << 11;
  int32_t t = 0;
  for (; t + 4 <= samples; t += 4) sum += x[t] * w[t] + x[t + 1] * w[t + 1] + x[t + 2] * w[t + 2] + x[t + 3] * w[t + 3];
  for (; t < samples; t++) sum += x[t] * w[t];
  return (int32_t)(sum >> 12);
}

/** `floor(|re + i im|)`; components are at most 2^30, for 8192 samples. */
static uint32_t magnitude_of(int32_t re, int32_t im) {
  return pl_isqrt((uint64_t)((int64_t)re * re + (int64_t)im * im));
}

/** `floor(256 less / more + 1/2)`, 0 <= less <= more, 0 < more: bit by bit, with a remainder of at most `more`. */
static uint32_t ratio(uint32_t less, uint32_t more) {
  uint32_t q = 0;
  for (int32_t bit = 0; bit < 8; bit++) {
    less <<= 1;
    q <<= 1;
    if (less >= more) {
      less -= more;
      q++;
    }
  }
  return less << 1 >= more ? q + 1 : q;
}

/** The angle of (re, im) in (-pi, pi], in units of pi / 127; 0 for the origin. */
static int8_t phase_of(int32_t re, int32_t im) {
  const uint32_t a = (uint32_t)(re < 0 ? -re : re), b = (uint32_t)(im < 0 ? -im : im);
  if (a == 0 && b == 0) return 0;
  int32_t angle = b <= a ? ARCTANGENTS[ratio(b, a)] : HALF_TURN / 2 - ARCTANGENTS[ratio(a, b)];
  if (re < 0) angle = HALF_TURN - angle;
  if (im < 0) angle = -angle;
  return (int8_t)((127 * angle + HALF_TURN / 2) >> 15);
}

void pl_frequency_features_s16(const int16_t *restrict x, const int16_t *restrict cosines, const int16_t *restrict sines,
                               const pl_frequency_shape *shape, const pl_scale *restrict magnitudes, int8_t *restrict y) {
  const int32_t samples = shape->samples, bins = shape->bins;
  for (int32_t p = 0; p < shape->patches; p++, x += samples, y += 2 * bins) {
    for (int32_t k = 0; k < bins; k++) {
      const int32_t re = component(x, cosines + k * samples, samples), im = component(x, sines + k * samples, samples);
      y[k] = pl_scaled8((int32_t)magnitude_of(re, im), magnitudes[k], pl_is_small(magnitudes[k]));
      y[bins + k] = phase_of(re, im);
    }
  }
}

/** A discrete Fourier transform of fixed length, ready to run. */
export interface Fft {
  readonly length: number;
  /** In place, X[k] = Σ x[n]·exp(−2πi·k·n / length). */
  run(re: Float64Array, im: Float64Array): void;
}

/** Plan a transform of any length ≥ 1: radix 2 for powers of two, Bluestein's convolution for the others. */
export function planFft(length: number): Fft {
  return (length & (length - 1)) === 0 ? planRadix2(length) : planBluestein(length);
}

function planRadix2(length: number): Fft {
  const half = length >> 1;
  const cos = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sin = Float64Array.from({ length: half }, (_, k) => Math.sin((2 * Math.PI * k) / length));
  return {
    length,
    run(re, im) {
      reverseBits(re, im);
      for (let size = 2; size <= length; size *= 2) butterflies(re, im, size, length / size, cos, sin);
    },
  };
}

function butterflies(
  re: Float64Array,
  im: Float64Array,
  size: number,
  stride: number,
  cos: Float64Array,
  sin: Float64Array,
): void {
  const half = size / 2;
  for (let start = 0; start < re.length; start += size) {
    for (let k = 0; k < half; k++) {
      const a = start + k;
      const b = a + half;
      const c = cos[k * stride]; // exp(−iθ) = c − i·s
      const s = sin[k * stride];
      const tr = re[b] * c + im[b] * s;
      const ti = im[b] * c - re[b] * s;
      re[b] = re[a] - tr;
      im[b] = im[a] - ti;
      re[a] += tr;
      im[a] += ti;
    }
  }
}

function reverseBits(re: Float64Array, im: Float64Array): void {
  for (let i = 1, j = 0; i < re.length; i++) {
    let bit = re.length >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
}

/** k·n = (k² + n² − (k − n)²)/2 turns the transform into a convolution with a chirp. */
function planBluestein(length: number): Fft {
  const size = 2 ** Math.ceil(Math.log2(2 * length - 1));
  const inner = planRadix2(size);
  const angle = (n: number) => (Math.PI * ((n * n) % (2 * length))) / length;
  const cos = Float64Array.from({ length }, (_, n) => Math.cos(angle(n)));
  const sin = Float64Array.from({ length }, (_, n) => Math.sin(angle(n)));
  const [chirpRe, chirpIm] = [new Float64Array(size), new Float64Array(size)];
  for (let n = 0; n < length; n++) {
    chirpRe[n] = chirpRe[(size - n) % size] = cos[n];
    chirpIm[n] = chirpIm[(size - n) % size] = sin[n];
  }
  inner.run(chirpRe, chirpIm);
  const [ar, ai] = [new Float64Array(size), new Float64Array(size)];
  return {
    length,
    run(re, im) {
      ar.fill(0);
      ai.fill(0);
      for (let n = 0; n < length; n++) {
        ar[n] = re[n] * cos[n] + im[n] * sin[n];
        ai[n] = im[n] * cos[n] - re[n] * sin[n];
      }
      inner.run(ar, ai);
      for (let k = 0; k < size; k++) {
        const [r, i] = [ar[k], ai[k]];
        ar[k] = r * chirpRe[k] - i * chirpIm[k];
        ai[k] = -(r * chirpIm[k] + i * chirpRe[k]); // conjugated: the same transform then runs backwards
      }
      inner.run(ar, ai);
      for (let k = 0; k < length; k++) {
        const [r, i] = [ar[k] / size, -ai[k] / size];
        re[k] = r * cos[k] + i * sin[k];
        im[k] = i * cos[k] - r * sin[k];
      }
    },
  };
}

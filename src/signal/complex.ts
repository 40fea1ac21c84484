/** A complex number, for filter design only: no samples pass through it. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const complex = (re: number, im = 0): Complex => ({ re, im });
export const conjugate = ({ re, im }: Complex): Complex => ({ re, im: -im });
export const negate = ({ re, im }: Complex): Complex => ({ re: -re, im: -im });
export const add = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
export const subtract = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
export const scale = (a: Complex, by: number): Complex => ({ re: a.re * by, im: a.im * by });
export const magnitude = ({ re, im }: Complex): number => Math.hypot(re, im);

export const multiply = (a: Complex, b: Complex): Complex => ({
  re: a.re * b.re - a.im * b.im,
  im: a.re * b.im + a.im * b.re,
});

export function divide(a: Complex, b: Complex): Complex {
  const { re, im } = multiply(a, conjugate(b));
  const norm = b.re * b.re + b.im * b.im;
  return { re: re / norm, im: im / norm };
}

/** Principal square root: non-negative real part. */
export function squareRoot(a: Complex): Complex {
  const m = magnitude(a);
  const half = Math.sqrt((m + Math.abs(a.re)) / 2); // the larger part first: no cancellation
  if (half === 0) return { re: 0, im: 0 };
  const other = a.im / (2 * half);
  if (a.re >= 0) return { re: half, im: other };
  return { re: Math.abs(other), im: a.im < 0 ? -half : half };
}

export const product = (factors: readonly Complex[]): Complex => factors.reduce(multiply, complex(1));

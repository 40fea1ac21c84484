import {
  add,
  type Complex,
  complex,
  divide,
  multiply,
  negate,
  product,
  scale,
  squareRoot,
  subtract,
} from "./complex.ts";

/** A rational transfer function `gain · Π(x − zero) / Π(x − pole)`. */
export interface Zpk {
  readonly zeros: readonly Complex[];
  readonly poles: readonly Complex[];
  readonly gain: number;
}

/** Zeros at infinity. */
const relativeDegree = ({ zeros, poles }: Zpk): number => poles.length - zeros.length;

/** s → s/w0: a low-pass of 1 rad/s becomes one of `w0`. */
export function toLowpass(prototype: Zpk, w0: number): Zpk {
  return {
    zeros: prototype.zeros.map((z) => scale(z, w0)),
    poles: prototype.poles.map((p) => scale(p, w0)),
    gain: prototype.gain * w0 ** relativeDegree(prototype),
  };
}

/** s → w0/s. */
export function toHighpass(prototype: Zpk, w0: number): Zpk {
  const invert = (root: Complex) => divide(complex(w0), root);
  return {
    zeros: [...prototype.zeros.map(invert), ...repeat(complex(0), relativeDegree(prototype))],
    poles: prototype.poles.map(invert),
    gain: prototype.gain * inversionGain(prototype),
  };
}

/** s → (s² + w0²) / (s·bandwidth), w0 the geometric centre of the band. */
export function toBandpass(prototype: Zpk, w0: number, bandwidth: number): Zpk {
  const degree = relativeDegree(prototype);
  const split = (roots: readonly Complex[]) =>
    bothRoots(
      roots.map((root) => scale(root, bandwidth / 2)),
      w0,
    );
  return {
    zeros: [...split(prototype.zeros), ...repeat(complex(0), degree)],
    poles: split(prototype.poles),
    gain: prototype.gain * bandwidth ** degree,
  };
}

/** s → (s·bandwidth) / (s² + w0²). */
export function toBandstop(prototype: Zpk, w0: number, bandwidth: number): Zpk {
  const degree = relativeDegree(prototype);
  const split = (roots: readonly Complex[]) =>
    bothRoots(
      roots.map((root) => divide(complex(bandwidth / 2), root)),
      w0,
    );
  return {
    zeros: [...split(prototype.zeros), ...repeat(complex(0, w0), degree), ...repeat(complex(0, -w0), degree)],
    poles: split(prototype.poles),
    gain: prototype.gain * inversionGain(prototype),
  };
}

/** Bilinear transform z = (2·fs + s) / (2·fs − s); zeros at infinity go to −1. */
export function bilinear(analog: Zpk, fs: number): Zpk {
  const c = complex(2 * fs);
  const map = (s: Complex) => divide(add(c, s), subtract(c, s));
  const ratio = divide(
    product(analog.zeros.map((z) => subtract(c, z))),
    product(analog.poles.map((p) => subtract(c, p))),
  );
  return {
    zeros: [...analog.zeros.map(map), ...repeat(complex(-1), relativeDegree(analog))],
    poles: analog.poles.map(map),
    gain: analog.gain * ratio.re,
  };
}

/** Both solutions of s² − 2·b·s + w0² = 0 for every b. */
function bothRoots(halves: readonly Complex[], w0: number): Complex[] {
  const offsets = halves.map((b) => squareRoot(subtract(multiply(b, b), complex(w0 * w0))));
  return [...halves.map((b, i) => add(b, offsets[i])), ...halves.map((b, i) => subtract(b, offsets[i]))];
}

function inversionGain({ zeros, poles }: Zpk): number {
  return divide(product(zeros.map(negate)), product(poles.map(negate))).re;
}

const repeat = (value: Complex, times: number): Complex[] => Array.from({ length: times }, () => value);

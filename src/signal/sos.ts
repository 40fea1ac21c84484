import { SignalError } from "../errors.ts";
import { type Complex, complex, conjugate, magnitude, subtract } from "./complex.ts";
import type { Zpk } from "./zpk.ts";

/** `[b0, b1, b2, a0, a1, a2]` with a0 = 1: one row of SciPy's `sos`. */
export type Section = readonly [number, number, number, number, number, number];

/** A filter as a cascade of second-order sections, run in this order. */
export type Sos = readonly Section[];

/**
 * Poles and zeros to second-order sections: the pole nearest the unit circle comes last and takes its nearest zero;
 * the gain stands in the first section.
 * @throws SignalError when complex roots lack their conjugate
 * @see scipy.signal.zpk2sos, pairing "nearest"
 */
export function zpkToSos({ zeros, poles, gain }: Zpk): Sos {
  const size = 2 * Math.ceil(Math.max(zeros.length, poles.length, 1) / 2);
  const zs = oneOfEachPair(padded(zeros, size));
  const ps = oneOfEachPair(padded(poles, size));
  const sections: Section[] = [];
  while (ps.length > 0) sections.unshift(nextSection(ps, zs));
  const [first, ...rest] = sections;
  return [[first[0] * gain, first[1] * gain, first[2] * gain, first[3], first[4], first[5]], ...rest];
}

const isReal = ({ im }: Complex): boolean => im === 0;
const distanceToCircle = (root: Complex): number => Math.abs(1 - magnitude(root));

/** Take the worst pole left, its partner, and the zeros that go with them. */
function nextSection(ps: Complex[], zs: Complex[]): Section {
  const p1 = takeNearest(ps, distanceToCircle);
  if (!isReal(p1)) {
    const lonely = ps.length + 1 === zs.length && ps.filter(isReal).length === 1 && zs.filter(isReal).length === 1;
    const z1 = takeNearest(zs, distanceTo(p1), lonely ? (z) => !isReal(z) : undefined);
    return section(z1, partnerZero(z1, p1, zs), p1, conjugate(p1));
  }
  const p2 = takeNearest(ps, distanceToCircle, isReal);
  const z1 = takeNearest(zs, distanceTo(p1));
  return section(z1, partnerZero(z1, p1, zs), p1, p2);
}

const partnerZero = (z1: Complex, p1: Complex, zs: Complex[]): Complex =>
  isReal(z1) ? takeNearest(zs, distanceTo(p1), isReal) : conjugate(z1);

const distanceTo = (to: Complex) => (root: Complex) => magnitude(subtract(root, to));

/** (x − z1)(x − z2) over (x − p1)(x − p2); both pairs are real or conjugate. */
function section(z1: Complex, z2: Complex, p1: Complex, p2: Complex): Section {
  const middle = (r1: Complex, r2: Complex) => -(r1.re + r2.re);
  const last = (r1: Complex, r2: Complex) => r1.re * r2.re - r1.im * r2.im;
  return [1, middle(z1, z2), last(z1, z2), 1, middle(p1, p2), last(p1, p2)];
}

/** Remove and return the first root of least `cost` among the allowed ones. */
function takeNearest(
  roots: Complex[],
  cost: (root: Complex) => number,
  allowed: (root: Complex) => boolean = () => true,
): Complex {
  let best = -1;
  for (let i = 0; i < roots.length; i++) {
    if (allowed(roots[i]) && (best < 0 || cost(roots[i]) < cost(roots[best]))) best = i;
  }
  if (best < 0) throw new SignalError({ where: "zpkToSos", what: "roots cannot be paired into real sections" });
  return roots.splice(best, 1)[0];
}

const padded = (roots: readonly Complex[], size: number): Complex[] => [
  ...roots,
  ...Array.from({ length: size - roots.length }, () => complex(0)),
];

/** Conjugate pairs as their member with im > 0, sorted by real part; then the real roots, sorted. */
function oneOfEachPair(roots: readonly Complex[]): Complex[] {
  const tolerance = 100 * Number.EPSILON;
  const sorted = [...roots].sort((a, b) => a.re - b.re || Math.abs(a.im) - Math.abs(b.im));
  const real = sorted.filter((root) => Math.abs(root.im) <= tolerance * magnitude(root));
  const upper = sorted.filter((root) => !real.includes(root) && root.im > 0);
  if (real.length + 2 * upper.length !== roots.length) {
    throw new SignalError({ where: "zpkToSos", what: "a complex root lacks its conjugate" });
  }
  return [...upper, ...real.map(({ re }) => complex(re))];
}

/** Value of a function and its gradient, which is written into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface MinimizeOptions {
  /** Iterations at most; 500 if not given. */
  readonly iterations?: number;
  /** Stop where no component of the gradient is above this times max(1, |value|); 1e-9 if not given. */
  readonly tolerance?: number;
}

/** Pairs of steps and changes of gradient that are kept. */
const MEMORY = 12;

/** Share of the promised decrease that a step must bring. */
const ARMIJO = 1e-4;

/**
 * Minimise a smooth convex function by L-BFGS with a backtracking line search. Deterministic.
 * @see Nocedal & Wright, "Numerical Optimization" (2006), algorithms 7.4 and 7.5
 */
export function minimize(objective: Objective, start: Float64Array, options: MinimizeOptions = {}): Float64Array {
  const { iterations = 500, tolerance = 1e-9 } = options;
  let x: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(x.length);
  let value = objective(x, gradient);
  const pairs: Pair[] = [];
  for (let i = 0; i < iterations && largest(gradient) > tolerance * Math.max(1, Math.abs(value)); i++) {
    const direction = descent(gradient, pairs);
    const next = search(objective, x, value, gradient, direction, pairs.length === 0 ? 1 / norm(gradient) : 1);
    if (next === undefined) {
      if (pairs.length === 0) break; // not even the gradient leads down: rounding has the last word
      pairs.length = 0;
      continue;
    }
    const step = next.x.map((v, k) => v - x[k]);
    const change = next.gradient.map((v, k) => v - gradient[k]);
    const curvature = dot(step, change);
    if (curvature > 1e-12 * norm(step) * norm(change)) pairs.push({ step, change, curvature });
    if (pairs.length > MEMORY) pairs.shift();
    ({ x, gradient, value } = next);
  }
  return x;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** step · change */
  readonly curvature: number;
}

/** −H·gradient by the two-loop recursion. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.map((v) => -v);
  const shares = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, change, curvature } = pairs[i];
    shares[i] = dot(step, q) / curvature;
    add(q, change, -shares[i]);
  }
  const last = pairs.at(-1);
  if (last !== undefined) scale(q, last.curvature / dot(last.change, last.change));
  pairs.forEach(({ step, change, curvature }, i) => {
    add(q, step, shares[i] - dot(change, q) / curvature);
  });
  return q;
}

/** Halve the step until the value falls as far as the slope lets expect; undefined if it never does. */
function search(
  objective: Objective,
  x: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
  first: number,
): { x: Float64Array; gradient: Float64Array; value: number } | undefined {
  const slope = dot(gradient, direction);
  for (let length = first, tries = 0; tries < 60 && slope < 0; length /= 2, tries++) {
    const next = x.map((v, k) => v + length * direction[k]);
    const nextGradient = new Float64Array(x.length);
    const nextValue = objective(next, nextGradient);
    if (nextValue <= value + ARMIJO * length * slope && nextValue < value) {
      return { x: next, gradient: nextGradient, value: nextValue };
    }
  }
  return undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] += times * what[i];
}

function scale(x: Float64Array, times: number): void {
  for (let i = 0; i < x.length; i++) x[i] *= times;
}

const norm = (x: Float64Array): number => Math.sqrt(dot(x, x));

const largest = (x: Float64Array): number => x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

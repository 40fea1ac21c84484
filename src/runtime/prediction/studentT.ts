/** Steps that bring a quantile to the last bit of a double. */
const BISECTIONS = 80;

/**
 * Two-sided critical value of Student's t: P(|T| ≤ t) = `level`.
 * @param freedom degrees of freedom, a whole number from 1
 * @param level above 0 and below 1
 * @see scipy.stats.t.ppf((1 + level) / 2, freedom)
 */
export function tCritical(freedom: number, level: number): number {
  let [low, high] = [0, 1];
  while (withinT(high, freedom) < level) high *= 2;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (withinT(middle, freedom) < level) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * P(|T| ≤ t), a finite sum in θ = atan(t / √ν): for even ν `sin θ · (1 + 1/2 cos²θ + (1·3)/(2·4) cos⁴θ + …)`, for odd ν
 * `2/π · (θ + sin θ · (cos θ + 2/3 cos³θ + …))`, each up to cos^(ν−2).
 * @see Abramowitz & Stegun, 26.7.3 and 26.7.4
 */
function withinT(t: number, freedom: number): number {
  const theta = Math.atan(t / Math.sqrt(freedom));
  const odd = freedom % 2 === 1;
  const square = Math.cos(theta) ** 2;
  let term = odd ? Math.cos(theta) : 1;
  let sum = 0;
  for (let power = odd ? 1 : 0; power <= freedom - 2; power += 2) {
    sum += term;
    term *= (square * (power + 1)) / (power + 2);
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}

/** `⌊a / b⌋`, towards −∞, in whole numbers: the remainder goes first, so that nothing is rounded. @param a |a| < 2⁵² @param b 0 < b < 2⁵² */
export function floorDivide(a: number, b: number): number {
  const rest = a % b;
  return (a - (rest < 0 ? rest + b : rest)) / b;
}

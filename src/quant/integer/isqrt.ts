/**
 * `⌊√v⌋`, two bits of v for one of the root. The rest stays below 2³⁴.
 * @param v 0 ≤ v < 2⁶²
 */
export function isqrt(v: bigint): number {
  const [upper, lower] = [Number(v >> 32n), Number(v & 0xffffffffn)];
  let root = 0;
  let rest = 0;
  for (let shift = 60; shift >= 0; shift -= 2) {
    rest = 4 * rest + ((shift >= 32 ? upper >>> (shift - 32) : lower >>> shift) & 3);
    const trial = 4 * root + 1; // (2r + 1)² − (2r)²
    root *= 2;
    if (rest < trial) continue;
    rest -= trial;
    root += 1;
  }
  return root;
}

/** `Σ a[i] · b[i]` of `count` values from `atA` and `atB` on, which stays inside int32. */
export function dot(a: Int8Array | Int16Array, atA: number, b: Int8Array, atB: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = (sum + Math.imul(a[atA + i], b[atB + i])) | 0;
  return sum;
}

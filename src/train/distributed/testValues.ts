const SCALES = [1, 10, 100, 1000, 10_000];

/** Values of a rank for tests of sums: of mixed size and sign, so that another order of addition gives other bits. */
export const mixedValues = (rank: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => Math.fround(Math.sin((i + 1) * (rank + 1.37)) * SCALES[(i + 3 * rank) % 5]));

/** `((x₀ + x₁) + x₂) + …` in float64, as Array methods say it. */
export const rankOrderSum = (size: number, length: number): Float64Array => {
  const rows = Array.from({ length: size }, (_, rank) => mixedValues(rank, length));
  return rows[0].map((first, i) => rows.slice(1).reduce((sum, row) => sum + row[i], first));
};

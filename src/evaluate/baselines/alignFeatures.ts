import type { FeatureTable } from "./features.ts";

/**
 * Rows of tables with different features as one table: windows of different channel layouts. A feature that a window does not have is NaN.
 * The features stand in the order in which the tables first name them.
 */
export function alignFeatures(tables: readonly FeatureTable[]): FeatureTable {
  const names = [...new Set(tables.flatMap((table) => table.names))];
  const place = new Map(names.map((name, f) => [name, f]));
  const count = tables.reduce((sum, table) => sum + table.count, 0);
  const values = new Float64Array(count * names.length).fill(Number.NaN);
  let row = 0;
  for (const table of tables) {
    const places = table.names.map((name) => place.get(name)!);
    for (let i = 0; i < table.count; i++, row++) {
      places.forEach((f, own) => {
        values[row * names.length + f] = table.values[i * places.length + own];
      });
    }
  }
  return { count, names, values };
}

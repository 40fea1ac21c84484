import type { Sensor } from "../../signal/index.ts";
import type { LabelledRows } from "./taskLabels.ts";

/**
 * Canonical names of the channels that a task is learned from: those of every layout that its windows have, restricted to its sensors, in the
 * order of stores, layouts and channels.
 * @param sensors all if not given
 */
export function trainedChannels(train: readonly LabelledRows[], sensors?: readonly Sensor[]): string[] {
  const names = new Set<string>();
  for (const { store, rows } of train) {
    const seen = new Set(Array.from(rows, (row) => store.windows.layout[row]));
    for (const [index, { channels }] of store.layouts.entries()) {
      if (!seen.has(index)) continue;
      for (const { name, sensor } of channels) if (sensors?.includes(sensor) ?? true) names.add(name);
    }
  }
  return [...names];
}

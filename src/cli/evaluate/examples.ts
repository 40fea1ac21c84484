import { type ExampleWindow, type Predictions, pickExamples } from "../../evaluate/index.ts";
import type { Sensor } from "../../signal/index.ts";
import type { Place } from "./judge.ts";
import { readRaw } from "./windows.ts";

/** How many windows are shown that the model got right, and how many that it got wrong. */
const EACH = 3;

/** Windows right and wrong with their samples, as the store has them. @param places of the rows */
export async function exampleWindows(
  predictions: Predictions,
  places: readonly Place[],
  seen: { readonly nTimes: number; readonly sensors?: readonly Sensor[] },
): Promise<ExampleWindow[]> {
  const { right, wrong } = pickExamples(predictions, EACH);
  const examples: ExampleWindow[] = [];
  for (const row of [...right, ...wrong]) {
    const { store, row: at } = places[row];
    const { x, channels } = await readRaw(store, [at], seen);
    examples.push({
      row,
      channels: channels.map(({ name, sensor }, c) => ({
        name,
        sensor,
        unit: "", // a store does not say which of its recordings had a known one
        samples: x.subarray(c * seen.nTimes, (c + 1) * seen.nTimes),
        sfreq: store.sfreq,
      })),
    });
  }
  return examples;
}

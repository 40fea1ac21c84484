import { createStore } from "../node.ts";
import { eeg, fakeMeta, fakeRows } from "./fakeWindows.ts";

/** Writes four parts of twenty windows side by side; their names begin with the second argument. */
const [, , folder, name] = process.argv;
const writer = await createStore(folder, fakeMeta());
await Promise.all(
  [0, 1, 2, 3].map(async (i) => {
    const part = await writer.openPart(`${name}${i}`);
    for (const row of fakeRows(`${name}${i}`, eeg, 20)) await part.append(eeg, [row]);
    await part.commit({});
  }),
);

import { createStore } from "../node.ts";
import { eeg, fakeMeta, fakeRows } from "./fakeWindows.ts";

/** Commits a part, then writes another one until it is killed; says so once some of it is on the disk. */
const writer = await createStore(process.argv[2], fakeMeta());
const done = await writer.openPart("done");
await done.append(eeg, fakeRows("A", eeg, 2));
await done.commit({});
const part = await writer.openPart("endless");
const rows = fakeRows("A", eeg, 64);
for (let turn = 0; ; turn++) {
  await part.append(eeg, rows);
  if (turn === 3) process.stdout.write("writing\n");
}

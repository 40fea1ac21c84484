import { type FileHandle, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { explained } from "../../../formats/target/node.ts";
import { writeAtomically } from "../checkpoints/node.ts";
import { eventRecord } from "../events.ts";
import { linesUpTo, type MetricEntry, metricLine, readMetrics } from "../metrics.ts";

export const METRICS_NAME = "metrics.jsonl";
export const EVENTS_PREFIX = "events.out.tfevents.";

/** What is told of a run while it goes, appended to two files. */
export interface RunLog {
  append(entry: Omit<MetricEntry, "time">): Promise<void>;
  /** Make all that was appended survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Open the log of a run at a step: lines that an earlier session wrote after it, or did not finish, are cut off.
 * @param step last step that counts; −1 where nothing does
 * @param now milliseconds since 1970
 */
export async function openLog(folder: string, step: number, now: () => number): Promise<RunLog> {
  const path = join(folder, METRICS_NAME);
  const start = await cutMetrics(path, step);
  const opened = now();
  const events = await openEvents(folder, step, opened);
  const metrics = await openFile(path).catch(async (error: unknown) => {
    await events.handle.close();
    throw error;
  });
  return {
    async append(entry) {
      const time = Math.round(1000 * start + now() - opened) / 1000;
      await appended(metrics, new TextEncoder().encode(metricLine({ ...entry, time })));
      await appended(events, eventRecord(now() / 1000, { kind: "values", entry }));
    },
    async sync() {
      for (const { path, handle } of [metrics, events]) await explained(path, () => handle.sync());
    },
    async close() {
      await metrics.handle.close();
      await events.handle.close();
    },
  };
}

/** Keep the lines up to a step. @returns seconds of training when the last of them was written */
async function cutMetrics(path: string, step: number): Promise<number> {
  const text = await readFile(path, "utf8").catch(() => "");
  const lines = readMetrics(text);
  const kept = linesUpTo(lines, step);
  if (kept !== text) await writeAtomically(path, new TextEncoder().encode(kept));
  return lines.entries.filter((entry) => entry.step <= step).at(-1)?.time ?? 0;
}

/** Begin the events of this session. @param now milliseconds since 1970 */
async function openEvents(folder: string, step: number, now: number): Promise<Appending> {
  const events = await openFile(join(folder, await nextEventsName(folder, now)));
  try {
    await appended(events, eventRecord(now / 1000, { kind: "version" }));
    await appended(events, eventRecord(now / 1000, { kind: "start", step: step + 1 }));
    return events;
  } catch (error) {
    await events.handle.close();
    throw error;
  }
}

/** TensorBoard reads the files of a folder in the order of their names; each session has one of its own. */
async function nextEventsName(folder: string, now: number): Promise<string> {
  const seconds = String(Math.floor(now / 1000)).padStart(10, "0");
  const before = (await readdir(folder)).filter((name) => name.startsWith(EVENTS_PREFIX)).length;
  return `${EVENTS_PREFIX}${seconds}.${String(before).padStart(6, "0")}.panluna`;
}

interface Appending {
  readonly path: string;
  readonly handle: FileHandle;
}

const openFile = (path: string): Promise<Appending> =>
  explained(path, async () => ({ path, handle: await open(path, "a") }));

/** One write per record: a process that dies leaves at most the last one torn. */
const appended = ({ path, handle }: Appending, bytes: Uint8Array): Promise<void> =>
  explained(path, async () => {
    for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done)).bytesWritten;
  });

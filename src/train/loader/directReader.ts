import type { WindowStore } from "../../store/index.ts";
import type { JobReader, Processing } from "./job.ts";
import { prepareWindows } from "./prepareWindows.ts";

/** Does jobs on this thread: in browsers, in tests and inside the worker threads. `close` leaves the stores open. */
export function directReader(stores: readonly Pick<WindowStore, "read">[], processing: Processing): JobReader {
  return {
    read: async (job) => prepareWindows(await stores[job.corpus].read(job.rows), job, processing),
    async close() {},
  };
}

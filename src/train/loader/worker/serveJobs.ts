import type { WindowStore } from "../../../store/index.ts";
import { directReader } from "../directReader.ts";
import type { Processing } from "../job.ts";
import { type JobMessage, packError, type Reply } from "./messages.ts";

/** The thread's end of the line to the one that started it. */
export interface JobPort {
  onJob(listener: (message: JobMessage) => void): void;
  reply(message: Reply, transfer: readonly ArrayBuffer[]): void;
}

/**
 * Do jobs as they come, several at a time where reading takes its time. Samples are handed over, not copied. An error that keeps stores
 * from opening is the reply to every job.
 */
export function serveJobs(port: JobPort, stores: Promise<readonly WindowStore[]>, processing: Processing): void {
  const reader = stores.then((opened) => directReader(opened, processing));
  reader.catch(() => {}); // told to who sends a job
  port.onJob(async ({ id, job }) => {
    try {
      const x = (await (await reader).read(job)) as Float32Array<ArrayBuffer>;
      port.reply({ id, x }, [x.buffer]);
    } catch (error) {
      port.reply({ id, error: packError(error) }, []);
    }
  });
}

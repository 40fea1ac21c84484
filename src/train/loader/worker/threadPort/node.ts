import type { MessagePort } from "node:worker_threads";
import type { JobPort } from "../serveJobs.ts";

/** A message port of Node as the line for jobs. */
export const threadPort = (port: MessagePort): JobPort => ({
  onJob: (listener) => void port.on("message", listener),
  reply: (message, transfer) => port.postMessage(message, transfer),
});

import { parentPort, workerData } from "node:worker_threads";
import { preparePart } from "../../datasets/prepare/index.ts";
import { openJob } from "./job.ts";
import { type Reply, type Request, sendError, type ThreadData } from "./messages.ts";

// The program of a thread: opens the job once, then prepares the parts that it is told to.

const controller = new AbortController();
const job = openJob((workerData as ThreadData).job);
job.catch(() => {}); // told with the first part

parentPort!.on("message", (request: Request) => {
  if ("stop" in request) controller.abort(new Error("stopped"));
  else prepare(request.part).then((reply) => parentPort!.postMessage(reply));
});

async function prepare(id: string): Promise<Reply> {
  try {
    const { recipe, settings, parts, store } = await job;
    const part = parts.get(id);
    if (part === undefined) throw new Error(`the folder changed: part ${id} is gone`);
    return { outcome: await preparePart(part, { settings, tasks: recipe.tasks, store, signal: controller.signal }) };
  } catch (error) {
    return { error: sendError(error) };
  }
}

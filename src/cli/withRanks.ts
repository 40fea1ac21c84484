import type { Communicator } from "../train/distributed/communicator.ts";
import type { Effects } from "./effects.ts";

/**
 * Do the share of one rank and leave the job in good order. Work that throws, on any rank, ends the job: `openCommunicator` ends it
 * with the process, once the error is told.
 */
export async function withRanks<T>(effects: Effects, work: (ranks: Communicator) => Promise<T>): Promise<T> {
  const ranks = await effects.openCommunicator();
  const result = await work(ranks);
  ranks.finish();
  return result;
}

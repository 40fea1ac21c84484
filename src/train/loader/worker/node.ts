import { parentPort, workerData } from "node:worker_threads";
import { openStore } from "../../../store/node.ts";
import type { ThreadData } from "../node.ts";
import { openSame } from "./openSame.ts";
import { serveJobs } from "./serveJobs.ts";
import { threadPort } from "./threadPort/node.ts";

// The program of a reading thread: opens the stores for itself and does the jobs that it is sent.
const { stores, processing } = workerData as ThreadData;
serveJobs(threadPort(parentPort!), Promise.all(stores.map((store) => openSame(store, openStore))), processing);

import { parentPort, workerData } from "node:worker_threads";
import { FormatError } from "../../../../errors.ts";
import { fakeStore } from "../../fakeStore.ts";
import type { ThreadData } from "../../node.ts";
import { openSame } from "../openSame.ts";
import { serveJobs } from "../serveJobs.ts";
import { threadPort } from "../threadPort/node.ts";

// The program of a reading thread over stores in memory, for tests. The name of a folder says what goes wrong.
const { stores: addresses, processing } = workerData as ThreadData;
const open = async (folder: string) => {
  if (folder === "unopenable")
    throw new FormatError({ where: "zarr.json", what: "is missing", todo: "Prepare it again" });
  return fakeStore({
    name: folder === "changed" ? "another" : "fake",
    layouts: [["FP1", "FP2", "CZ", "O1", "II"]],
    layout: Array(40).fill(0),
    onRead([row]) {
      if (folder === "damaged" && row >= 20)
        throw new FormatError({ where: "c/1/0/0", what: "is damaged", at: "byte 7" });
      if (folder === "deadly" && row >= 20) process.exit(3);
      if (folder === "endless" && row >= 20) return new Promise(() => {});
    },
  });
};
const stores = Promise.all(addresses.map((address) => openSame(address, open)));
serveJobs(threadPort(parentPort!), stores, processing);

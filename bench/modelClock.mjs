// Loaded before a command (node --import) to clock its model: the time during which at least one ONNX Runtime run is under way.
// Writes { seconds, runs } to the file in PANLUNA_MODEL_CLOCK when the process ends.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";

// the class lives in onnxruntime-common; loading that alone costs a command without a model nothing
const fromEngine = createRequire(createRequire(import.meta.url).resolve("onnxruntime-node"));
const { InferenceSession } = fromEngine("onnxruntime-common");

const file = process.env.PANLUNA_MODEL_CLOCK;
const clock = { seconds: 0, runs: 0 };
let underWay = 0;
let since = 0;

const run = InferenceSession.prototype.run;
InferenceSession.prototype.run = async function timedRun(...args) {
  if (underWay++ === 0) since = performance.now();
  clock.runs++;
  try {
    return await run.apply(this, args);
  } finally {
    if (--underWay === 0) clock.seconds += (performance.now() - since) / 1e3;
  }
};

if (file && isMainThread) process.on("exit", () => writeFileSync(file, JSON.stringify(clock)));

// Runs one ONNX Runtime session on a thread of its own. Plain JavaScript, because Node 20 starts workers from files as they are.
// In: { close: true } or { id, feeds } → out: { id, results, milliseconds } or { id, error }; first { inputNames, outputNames } or { error }.
import { parentPort, workerData } from "node:worker_threads";
import * as ort from "onnxruntime-node";

const describe = (error) => (error instanceof Error ? error.message : String(error));

async function run(session, { id, feeds }) {
  try {
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, { dtype, shape, data }]) => [name, new ort.Tensor(dtype, data, shape)]),
    );
    const start = performance.now();
    const outputs = await session.run(tensors);
    const milliseconds = performance.now() - start;
    const results = Object.fromEntries(
      Object.entries(outputs).map(([name, { type, dims, data }]) => [name, { dtype: type, shape: [...dims], data }]),
    );
    parentPort.postMessage({ id, results, milliseconds });
  } catch (error) {
    parentPort.postMessage({ id, error: describe(error) });
  }
}

async function close(session) {
  await session.release();
  parentPort.close(); // nothing is left to do: the thread ends by itself
}

try {
  const session = await ort.InferenceSession.create(workerData.model, workerData.options);
  let last = Promise.resolve();
  let closing = false; // runs that wait when the session is closed are not started: after Ctrl-C nobody wants them
  parentPort.on("message", (message) => {
    closing ||= message.close === true;
    last = last.then(() => (message.close ? close(session) : closing || run(session, message)));
  });
  parentPort.postMessage({ inputNames: session.inputNames, outputNames: session.outputNames });
} catch (error) {
  parentPort.postMessage({ error: describe(error) });
}

// Runs a test program as a WebAssembly module: node run.mjs FILE. What console.h asks of the machine comes from here.
import { readFileSync, writeSync } from "node:fs";

const STDOUT = 1;
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const { exports } = new WebAssembly.Instance(module, {
  env: {
    console_text(at) {
      const memory = new Uint8Array(exports.memory.buffer);
      writeSync(STDOUT, memory.subarray(at, memory.indexOf(0, at)));
    },
    console_exit(status) {
      process.exitCode = status;
    },
    counter_start() {},
    counter_ticks: () => 0,
  },
});
exports.__main_void();

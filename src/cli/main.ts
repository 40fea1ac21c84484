#!/usr/bin/env node
import { removeUnfinished } from "../formats/target/node.ts";
import { nodeEffects } from "./nodeEffects.ts";
import { findPackage } from "./packageFolder.ts";
import { INTERRUPTED, runCli } from "./program.ts";

/** Time that work gets to stop after Ctrl-C; a second Ctrl-C cuts it short. */
const GRACE_MS = 3000;

const { stdout, stderr, env, argv } = process;
const controller = new AbortController();
let killedBy: number | undefined;
let patient = false;
const allowToFinish = () => {
  patient = true;
};
const err = (text: string) => void stderr.write(text);

process.on("exit", removeUnfinished);
for (const [name, code] of [
  ["SIGINT", INTERRUPTED],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.on(name, () => {
    if (killedBy !== undefined) return endAtOnce(name);
    killedBy = code;
    controller.abort(new Error("stopped"));
    if (!patient) setTimeout(endAtOnce, GRACE_MS, name).unref();
  });
}

/** As if the signal had not been caught: `process.exit` would wait for the engine, and it would abort. */
function endAtOnce(name: NodeJS.Signals): void {
  removeUnfinished();
  process.removeAllListeners(name);
  process.kill(process.pid, name);
}

// A reader that has seen enough (`panluna … | head`) is no error.
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const effects = nodeEffects({
  stdout,
  stderr,
  env,
  home: findPackage(),
  signal: controller.signal,
  err,
  allowToFinish,
});
const out = (text: string) => void stdout.write(text);
const code = await runCli(argv.slice(2), { effects, out, err });
// Let what was printed leave, then end: `process.exit` would cut a pipe short.
await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write("", resolve))));
process.exit(code === INTERRUPTED ? killedBy : code);

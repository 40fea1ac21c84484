import { parseArgs } from "node:util";
import { runFuzz } from "./run.ts";

/** `tsx test/fuzz/main.ts --mutants 1000000 --seed 7 [--family EDF] [--only 1234]`: prints JSON, exits with 1 on a failure. */
const { values } = parseArgs({
  options: {
    mutants: { type: "string", default: "20000" },
    seed: { type: "string", default: "7" },
    family: { type: "string", multiple: true },
    only: { type: "string" },
  },
});

const families = await runFuzz({
  mutants: Number(values.mutants),
  seed: Number(values.seed),
  families: values.family,
  only: values.only === undefined ? undefined : Number(values.only),
});
const total = families.reduce((sum, { mutants }) => sum + mutants, 0);
const failures = families.reduce((sum, { nFailures }) => sum + nFailures, 0);
console.log(JSON.stringify({ seed: Number(values.seed), mutants: total, failures, families }, undefined, 1));
process.exitCode = failures > 0 ? 1 : 0;

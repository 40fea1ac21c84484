import { UsageError } from "../../errors.ts";
import type { TaskSpec } from "../../task/taskSpec.ts";
import { windowLength } from "../documents.ts";
import type { StoreMeta } from "../storeWriter.ts";

/**
 * Check the description of a store, whether it comes from a caller or from a file.
 * @throws UsageError naming the field
 */
export function checkMeta(meta: StoreMeta): void {
  const { name, title, licence, source, sfreq, windowSeconds, samples, chain, tasks } = meta;
  for (const [field, text] of Object.entries({ name, title, licence, source, "chain.version": chain?.version })) {
    if (typeof text !== "string") throw wrong(name, field, "text", text);
  }
  if (name === "") throw wrong(name, "name", "a name", name);
  if (!(sfreq > 0 && Number.isFinite(sfreq))) throw wrong(name, "sfreq", "a rate in Hz", sfreq);
  const nTimes = windowLength(meta);
  if (!(nTimes >= 1 && nTimes <= 2 ** 24) || Math.abs(nTimes - sfreq * windowSeconds) > 1e-6) {
    throw wrong(name, "windowSeconds", `a whole number of samples at ${sfreq} Hz, at most 2^24`, windowSeconds);
  }
  if (samples !== "int16" && samples !== "float32") throw wrong(name, "samples", "int16 or float32", samples);
  if (typeof tasks !== "object" || tasks === null) throw wrong(name, "tasks", "an object", tasks);
  for (const [task, spec] of Object.entries(tasks)) checkTask(name, task, spec);
}

/** How many classes a kind of task has. */
const CLASSES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  binary: [2, 2],
  multiclass: [2, 65536],
  multilabel: [1, 4096],
  regression: [0, 0],
};

function checkTask(name: string, task: string, spec: TaskSpec): void {
  const range = Object.hasOwn(CLASSES, spec?.kind) ? CLASSES[spec.kind] : undefined;
  if (range === undefined) throw wrong(name, `tasks.${task}.kind`, Object.keys(CLASSES).join(", "), spec?.kind);
  const { classes, title } = spec;
  if (typeof title !== "string") throw wrong(name, `tasks.${task}.title`, "text", title);
  const [least, most] = range;
  if (Array.isArray(classes) && classes.length >= least && classes.length <= most) {
    if (classes.every((one) => typeof one === "string") && new Set(classes).size === classes.length) return;
  }
  const expected = `${least === most ? least : `${least} to ${most}`} different names for "${spec.kind}"`;
  throw wrong(name, `tasks.${task}.classes`, expected, classes);
}

const wrong = (name: unknown, at: string, expected: string, got: unknown): UsageError =>
  new UsageError({
    where: typeof name === "string" && name !== "" ? name : "store",
    what: "the description of the store is wrong",
    at,
    expected,
    got: JSON.stringify(got) ?? "nothing",
  });

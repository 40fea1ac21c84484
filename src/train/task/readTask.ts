import { z } from "zod";
import { FormatError } from "../../errors.ts";
import { SENSORS } from "../../signal/index.ts";
import { canonicalJson, type Json } from "../run/json.ts";
import type { TrainedTask } from "./trainedTask.ts";

/** Key of the metadata of files that carry a head. */
export const TASK_KEY = "panluna.task";

/** Classes or labels of a task, by kind: at least and at most. */
const CLASSES = { binary: [2, 2], multiclass: [2, 1e6], multilabel: [1, 1e6], regression: [0, 0] } as const;

const spec = z
  .object({
    kind: z.enum(["binary", "multiclass", "multilabel", "regression"]),
    title: z.string(),
    classes: z.array(z.string()),
    unit: z.string().optional(),
  })
  .refine(({ kind, classes: { length } }) => CLASSES[kind][0] <= length && length <= CLASSES[kind][1], {
    path: ["classes"],
    error: "not as many as the kind of the task has",
  })
  .refine(({ classes }) => new Set(classes).size === classes.length, { path: ["classes"], error: "one stands twice" });

const schema = z.object({
  name: z.string().min(1),
  spec,
  sensors: z.array(z.enum(SENSORS)).min(1).optional(),
  nTimes: z
    .int()
    .min(1)
    .max(2 ** 31),
  standardization: z.object({ mean: z.number(), std: z.number().gt(0) }).optional(),
});

/** A task as text for the metadata of a file: the same for equal tasks. */
export const taskText = (task: TrainedTask): string => canonicalJson(task as unknown as Json);

/**
 * Read what `taskText` wrote; members that this version does not know are left out.
 * @param where name of the file, for messages
 * @throws FormatError naming the member that is wrong
 */
export function readTask(text: string, where: string): TrainedTask {
  const result = schema.safeParse(parse(text, where));
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new FormatError({
    where,
    what: "does not describe a task that this version knows",
    at: [TASK_KEY, ...path].join("."),
    got: message,
  });
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError({ where, what: "the description of its task is not JSON", at: TASK_KEY, cause });
  }
}

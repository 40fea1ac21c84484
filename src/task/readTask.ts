import { FormatError } from "../errors.ts";
import { canonicalJson, isObject } from "../formats/json.ts";
import { SENSORS, type Sensor } from "../signal/index.ts";
import type { Standardization } from "./standardization.ts";
import type { TaskKind, TaskSpec } from "./taskSpec.ts";
import type { TrainedTask } from "./trainedTask.ts";

/** Key of the metadata of files that carry a head. */
export const TASK_KEY = "panluna.task";

/** Classes or labels of a task, by kind: at least and at most. */
const CLASSES: Readonly<Record<TaskKind, readonly [number, number]>> = {
  binary: [2, 2],
  multiclass: [2, 1e6],
  multilabel: [1, 1e6],
  regression: [0, 0],
};

/** A task as text for the metadata of a file: the same for equal tasks. */
export const taskText = (task: TrainedTask): string => canonicalJson(task);

/**
 * Read what `taskText` wrote; members that this version does not know are left out.
 * @param where name of the file, for messages
 * @throws FormatError naming the member that is wrong
 */
export function readTask(text: string, where: string): TrainedTask {
  const task = new Member(parse(text, where), TASK_KEY, where);
  const [sensors, channels] = [task.optional("sensors"), task.optional("channels")];
  const standardization = task.optional("standardization");
  return {
    name: task.member("name").text(1),
    spec: readSpec(task.member("spec")),
    ...(sensors && { sensors: readSensors(sensors) }),
    ...(channels && { channels: readChannels(channels) }),
    nTimes: task.member("nTimes").whole(1, 2 ** 31),
    ...(standardization && { standardization: readStandardization(standardization) }),
  };
}

function readSpec(spec: Member): TaskSpec {
  const kind = spec.member("kind").oneOf(Object.keys(CLASSES) as TaskKind[]);
  const list = spec.member("classes");
  const classes = list.list().map((name) => name.text(0));
  const [least, most] = CLASSES[kind];
  if (classes.length < least || classes.length > most) list.refuse("not as many as the kind of the task has");
  if (new Set(classes).size !== classes.length) list.refuse("one stands twice");
  const unit = spec.optional("unit");
  return { kind, title: spec.member("title").text(0), classes, ...(unit && { unit: unit.text(0) }) };
}

function readSensors(list: Member): Sensor[] {
  const sensors = list.list().map((sensor) => sensor.oneOf(SENSORS));
  return sensors.length > 0 ? sensors : list.refuse("an empty list");
}

function readChannels(list: Member): string[] {
  const names = list.list().map((name) => name.text(1));
  if (names.length === 0) list.refuse("an empty list");
  return new Set(names).size === names.length ? names : list.refuse("one stands twice");
}

function readStandardization(value: Member): Standardization {
  const std = value.member("std");
  const { mean, std: spread } = { mean: value.member("mean").number(), std: std.number() };
  return spread > 0 ? { mean, std: spread } : std.refuse("not above 0");
}

/** A value of parsed JSON with the path to it. */
class Member {
  readonly #value: unknown;
  readonly #at: string;
  readonly #where: string;

  constructor(value: unknown, at: string, where: string) {
    this.#value = value;
    this.#at = at;
    this.#where = where;
  }

  refuse(got: string): never {
    throw new FormatError({
      where: this.#where,
      what: "does not describe a task that this version knows",
      at: this.#at,
      got,
    });
  }

  optional(name: string): Member | undefined {
    if (!isObject(this.#value)) return this.refuse(this.#shown());
    const value = Object.hasOwn(this.#value, name) ? this.#value[name] : undefined;
    return value === undefined ? undefined : new Member(value, `${this.#at}.${name}`, this.#where);
  }

  member(name: string): Member {
    return this.optional(name) ?? new Member(undefined, `${this.#at}.${name}`, this.#where).refuse("nothing");
  }

  list(): Member[] {
    if (!Array.isArray(this.#value)) return this.refuse(this.#shown());
    return this.#value.map((item, i) => new Member(item, `${this.#at}.${i}`, this.#where));
  }

  text(least: number): string {
    return typeof this.#value === "string" && this.#value.length >= least ? this.#value : this.refuse(this.#shown());
  }

  number(): number {
    return Number.isFinite(this.#value) ? (this.#value as number) : this.refuse(this.#shown());
  }

  whole(least: number, most: number): number {
    const value = this.number();
    return Number.isInteger(value) && value >= least && value <= most ? value : this.refuse(this.#shown());
  }

  oneOf<T extends string>(known: readonly T[]): T {
    return known.find((name) => name === this.#value) ?? this.refuse(this.#shown());
  }

  #shown(): string {
    return (JSON.stringify(this.#value) ?? "nothing").slice(0, 80);
  }
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError({ where, what: "the description of its task is not JSON", at: TASK_KEY, cause });
  }
}

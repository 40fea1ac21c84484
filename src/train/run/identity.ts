import { FormatError, UsageError } from "../../errors.ts";
import { isObject, type Json, type JsonObject } from "../../formats/json.ts";
import { type Difference, differences } from "./differences.ts";
import type { RunIdentity } from "./run.ts";

/** One stretch of training without a stop. */
export interface Session {
  /** ISO 8601, UTC. */
  readonly started: string;
  /** Step from which it went on; 0 for the first. */
  readonly step: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** What stands in run.json. */
export interface RunFile extends Omit<RunIdentity, "versions"> {
  readonly format: "1";
  /** Hex digest of the config as it was when the run began. */
  readonly configDigest: string;
  readonly sessions: readonly Session[];
}

export const runFileText = (file: RunFile): string => `${JSON.stringify(file, null, 2)}\n`;

/** @throws FormatError when the text is no run.json that this version knows */
export function readRunFile(text: string, where: string): RunFile {
  const parsed = parse(text);
  const whole =
    isObject(parsed) &&
    parsed["format"] === "1" &&
    isObject(parsed["config"]) &&
    typeof parsed["seed"] === "number" &&
    typeof parsed["fingerprint"] === "string" &&
    typeof parsed["configDigest"] === "string" &&
    isList(parsed["sessions"]) &&
    parsed["sessions"].every(isSession);
  if (whole) return parsed as unknown as RunFile;
  throw new FormatError({
    where,
    what: "is no description of a run that this version knows",
    todo: "Start anew in another folder",
  });
}

function isSession(session: Json): boolean {
  return (
    isObject(session) &&
    typeof session["started"] === "string" &&
    typeof session["step"] === "number" &&
    isObject(session["versions"])
  );
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Differences that an error lists. */
const MOST_SHOWN = 8;

/**
 * Whether a run can go on: the same config but for what may change, the same seed, the same data.
 * @throws UsageError that lists what differs and says how to start anew
 */
export function checkSameRun(
  before: Pick<RunFile, "config" | "seed" | "fingerprint" | "split">,
  after: Pick<RunIdentity, "config" | "seed" | "fingerprint" | "split">,
  { where, mayChange = [] }: { readonly where: string; readonly mayChange?: readonly string[] },
): void {
  const inConfig = differences(before.config, after.config).filter(({ path }) => !mayChange.some(covers(path)));
  const found = [
    ...inConfig.map(differenceText),
    ...(before.seed === after.seed ? [] : [`seed: ${before.seed} → ${after.seed}`]),
    ...(before.fingerprint === after.fingerprint
      ? []
      : [`data: ${before.fingerprint.slice(0, 12)} → ${after.fingerprint.slice(0, 12)}`]),
    ...(before.split === after.split ? [] : ["the text of split.file"]),
  ];
  if (found.length === 0) return;
  const more = found.length > MOST_SHOWN ? `; and ${found.length - MOST_SHOWN} more` : "";
  throw new UsageError({
    where,
    what: "holds a run that cannot go on so",
    expected: "its config, seed and data",
    got: found.slice(0, MOST_SHOWN).join("; ") + more,
    todo: "Train into another folder, or remove this run and start anew with --fresh",
  });
}

/** "loader" covers "loader.workers" and "loader[0]", not "loaders". */
const covers = (path: string) => (allowed: string) =>
  path === allowed || path.startsWith(`${allowed}.`) || path.startsWith(`${allowed}[`);

/** "optimizer.lr: 0.001 → 0.002" */
const differenceText = ({ path, values }: Difference): string => `${path}: ${values.map(jsonText).join(" → ")}`;

/** A value in a few characters. */
export function jsonText(value: Json | undefined): string {
  if (value === undefined) return "none";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

/** The parts of a config on which results depend. */
export function withoutPaths(config: JsonObject, paths: readonly string[], at = ""): JsonObject {
  const kept = Object.entries(config).flatMap(([key, value]): [string, Json][] => {
    const path = at === "" ? key : `${at}.${key}`;
    if (paths.includes(path)) return [];
    return [[key, isObject(value) ? withoutPaths(value, paths, path) : value]];
  });
  return Object.fromEntries(kept);
}

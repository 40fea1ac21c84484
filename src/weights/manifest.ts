import { FormatError } from "../errors.ts";
import { isObject, type Json } from "../formats/json.ts";

/** One file of the folder `weights/`. */
export interface ShippedFile {
  /** Its name, without a folder. */
  readonly file: string;
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

export interface ShippedTask extends ShippedFile {
  /** One sentence: what is told from what. */
  readonly title: string;
}

/** What stands in weights/manifest.json. */
export interface WeightsManifest {
  /** Version of this package that made the folder. */
  readonly panluna: string;
  readonly encoder: ShippedFile;
  /** By name, see `isTaskName`. */
  readonly tasks: Readonly<Record<string, ShippedTask>>;
}

export const MANIFEST_NAME = "manifest.json";

const FORMAT = "panluna-weights";
const VERSION = 1;

/** What to do about files of the package that are not as they were packed. */
export const REINSTALL = "Install panluna again";

/** Whether a name can be that of a shipped task: "ecg-superclass". Names of files have a dot or a slash. */
export const isTaskName = (name: string): boolean => /^[a-z0-9-]+$/.test(name);

/** The text of manifest.json: the same for equal manifests, tasks by name. */
export function manifestText({ panluna, encoder, tasks }: WeightsManifest): string {
  const sorted = Object.fromEntries(Object.entries(tasks).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ format: FORMAT, version: VERSION, panluna, encoder, tasks: sorted }, null, 2)}\n`;
}

/** @throws FormatError when the bytes are no manifest, or that of a newer version */
export function readManifest(bytes: Uint8Array): WeightsManifest {
  const found = parsed(bytes);
  if (!isObject(found) || found["format"] !== FORMAT) throw noManifest("another format");
  const { version, panluna, encoder, tasks } = found;
  if (version !== VERSION) throw unknownVersion(version);
  if (typeof panluna !== "string") throw noManifest("no version of panluna");
  if (!isFile(encoder)) throw noManifest("no encoder");
  if (!isObject(tasks) || !Object.entries(tasks).every(isTask)) throw noManifest("tasks without a name, file or title");
  return { panluna, encoder, tasks: tasks as unknown as WeightsManifest["tasks"] };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw noManifest("no JSON");
  }
}

/** A name that stays inside its folder, a size and a checksum. */
function isFile(value: Json | undefined): value is Json & ShippedFile {
  if (!isObject(value ?? null)) return false;
  const { file, bytes, sha256 } = value as { readonly [key: string]: Json };
  return (
    typeof file === "string" &&
    /^[a-z0-9-]+\.safetensors$/.test(file) &&
    Number.isSafeInteger(bytes) &&
    typeof sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(sha256)
  );
}

const isTask = ([name, task]: readonly [string, Json]): boolean =>
  isTaskName(name) && isFile(task) && typeof (task as Partial<ShippedTask>).title === "string";

const noManifest = (got: string): FormatError =>
  new FormatError({
    where: MANIFEST_NAME,
    what: "does not describe the weights of this package",
    got,
    todo: REINSTALL,
  });

function unknownVersion(version: Json | undefined): FormatError {
  const newer = typeof version === "number" && version > VERSION;
  if (!newer) return noManifest(`version ${JSON.stringify(version)}`);
  return new FormatError({
    where: MANIFEST_NAME,
    what: "was made by a newer version of panluna",
    expected: `version ${VERSION}`,
    got: `version ${version}`,
    todo: "Update panluna",
  });
}

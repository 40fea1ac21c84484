import { FormatError } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { readStateDict } from "../model/index.ts";

/** Reads a file of a case by its plain name; undefined where there is none. Passed in: a folder in Node, fetch in a page. */
export type ReadCaseFile = (name: string) => Promise<Uint8Array | undefined>;

/** `case.json`: what the case is and how close an implementation must come. */
export interface CaseInfo {
  readonly name: string;
  readonly task: "reconstruct" | "classify";
  readonly kind?: "train" | "lora";
  readonly loss: string;
  readonly model: {
    readonly patch_size: number;
    readonly embed_dim: number;
    readonly num_heads: number;
    readonly depth: number;
    readonly num_queries: number;
    readonly mlp_ratio: number;
    readonly num_classes: number;
  };
  readonly tolerances: Readonly<Partial<Record<"forward" | "intermediate" | "loss", number>>>;
  readonly lora?: { readonly scaling: number };
}

/** One case, loaded. */
export interface ConformanceCase {
  readonly info: CaseInfo;
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly expected: ReadonlyMap<string, Tensor>;
  readonly lora?: ReadonlyMap<string, Tensor>;
}

/**
 * Load a case.
 * @throws FormatError when a file is missing or damaged
 */
export async function loadCase(read: ReadCaseFile): Promise<ConformanceCase> {
  const info = parseInfo(await required(read, "case.json"));
  const tensors = async (name: string) => readStateDict(await required(read, name), name);
  return {
    info,
    weights: await tensors("weights.safetensors"),
    inputs: await tensors("inputs.safetensors"),
    expected: await tensors("expected.safetensors"),
    ...(info.kind === "lora" ? { lora: await tensors("lora.safetensors") } : {}),
  };
}

/** Only what decides how a case is run is checked: a wrong size shows against the weights, a missing tolerance allows nothing. */
function parseInfo(bytes: Uint8Array): CaseInfo {
  const bad = (got: string, cause?: unknown) =>
    new FormatError({
      where: "case.json",
      what: "does not describe a case",
      expected: 'JSON with "name", "task" (reconstruct or classify), "model" and "tolerances"',
      got,
      cause,
    });
  let info: Partial<CaseInfo> | null;
  try {
    info = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw bad(String(cause), cause);
  }
  const { name, task, model, tolerances } = info ?? {};
  const known = task === "reconstruct" || task === "classify";
  if (typeof name === "string" && known && isObject(model) && isObject(tolerances)) return info as CaseInfo;
  throw bad(
    `name ${JSON.stringify(name)}, task ${JSON.stringify(task)}, model ${typeof model}, tolerances ${typeof tolerances}`,
  );
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

async function required(read: ReadCaseFile, name: string): Promise<Uint8Array> {
  const bytes = await read(name);
  if (bytes === undefined) throw new FormatError({ where: name, what: "is missing from the case folder" });
  return bytes;
}

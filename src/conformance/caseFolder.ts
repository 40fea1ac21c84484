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
  const info = JSON.parse(new TextDecoder().decode(await required(read, "case.json"))) as CaseInfo;
  const tensors = async (name: string) => readStateDict(await required(read, name), name);
  return {
    info,
    weights: await tensors("weights.safetensors"),
    inputs: await tensors("inputs.safetensors"),
    expected: await tensors("expected.safetensors"),
    ...(info.kind === "lora" ? { lora: await tensors("lora.safetensors") } : {}),
  };
}

async function required(read: ReadCaseFile, name: string): Promise<Uint8Array> {
  const bytes = await read(name);
  if (bytes === undefined) throw new FormatError({ where: name, what: "is missing from the case folder" });
  return bytes;
}

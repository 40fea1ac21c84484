import { FormatError } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { readStateDict } from "../model/index.ts";
import { type CaseInfo, parseCaseInfo } from "./caseInfo.ts";

/** Reads a file of a case by its plain name; undefined where there is none. Passed in: a folder in Node, fetch in a page. */
export type ReadCaseFile = (name: string) => Promise<Uint8Array | undefined>;

export type CaseTensors = ReadonlyMap<string, Tensor>;

/** One case, loaded. */
export interface ConformanceCase {
  readonly info: CaseInfo;
  readonly weights: CaseTensors;
  readonly inputs: CaseTensors;
  readonly expected: CaseTensors;
  /** Gradients of the total loss. */
  readonly grads?: CaseTensors;
  /** Adapters, where `kind` is "lora". */
  readonly lora?: CaseTensors;
  /** Parameters after the first step of the optimiser and after the last, where `kind` is "train". */
  readonly step1?: CaseTensors;
  readonly final?: CaseTensors;
}

/**
 * Load a case.
 * @throws FormatError when a file is missing or damaged, or says something that no case says
 */
export async function loadCase(read: ReadCaseFile): Promise<ConformanceCase> {
  const info = parseCaseInfo(await required(read, "case.json"));
  const tensors = async (name: string) => readStateDict(await required(read, name), name);
  const grads = await optional(read, "grads.safetensors", info);
  return {
    info,
    weights: await tensors("weights.safetensors"),
    inputs: await tensors("inputs.safetensors"),
    expected: await tensors("expected.safetensors"),
    ...(grads && { grads: readStateDict(grads, "grads.safetensors") }),
    ...(info.kind === "lora" && { lora: await tensors("lora.safetensors") }),
    ...(info.kind === "train" && {
      step1: await tensors("step1.safetensors"),
      final: await tensors("final.safetensors"),
    }),
  };
}

/** A file that not every case has, but one that lists it must. */
function optional(read: ReadCaseFile, name: string, { files }: CaseInfo): Promise<Uint8Array | undefined> {
  return files.includes(name) ? required(read, name) : read(name);
}

async function required(read: ReadCaseFile, name: string): Promise<Uint8Array> {
  const bytes = await read(name);
  if (bytes === undefined) throw new FormatError({ where: name, what: "is missing from the case folder" });
  return bytes;
}

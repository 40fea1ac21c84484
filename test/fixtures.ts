import { existsSync, readFileSync } from "node:fs";
import { readSafetensors } from "../src/formats/safetensors/safetensors.ts";
import type { Dtype, Tensor } from "../src/graph/index.ts";

/** The authors' numbers beside the checkout; absent on most machines, so that tests on them skip. */
export const FIXTURES = new URL("../../shared/fixtures/", import.meta.url);
export const hasFixtures = existsSync(FIXTURES);

const DTYPES: Readonly<Record<string, Dtype>> = { F32: "float32", F64: "float64", I32: "int32", U8: "uint8" };

/** Tensors of a safetensors file by name. */
export function readTensors(file: URL): Map<string, Tensor> {
  const { tensors } = readSafetensors(new Uint8Array(readFileSync(file)), file.pathname.split("/").at(-1)!);
  return new Map([...tensors].map(([name, t]) => [name, { ...t, dtype: DTYPES[t.dtype] } as Tensor]));
}

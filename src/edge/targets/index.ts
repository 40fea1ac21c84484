import { c99 } from "./c99.ts";
import { cortexM4 } from "./cortexM4.ts";
import { cortexM55 } from "./cortexM55.ts";
import { rv32imc } from "./rv32imc.ts";
import type { Target } from "./target.ts";
import { wasm } from "./wasm.ts";

/** Every target that C is built for, the host first. */
export const TARGETS: readonly Target[] = [c99, wasm, rv32imc, cortexM4, cortexM55];

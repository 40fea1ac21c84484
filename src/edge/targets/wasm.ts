import { c99 } from "./c99.ts";
import type { Target } from "./target.ts";

/** WebAssembly with vectors of 128 bits and no C library: Node and browsers. */
export const wasm: Target = {
  name: "wasm",
  title: "WebAssembly",
  compiler: "clang",
  flags: ["--target=wasm32", "-msimd128", "-mbulk-memory", "-O2", "-nostdlib"],
  linear: c99.linear,
};

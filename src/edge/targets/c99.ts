import type { Target } from "./target.ts";

/** Any host with a C99 compiler. */
export const c99: Target = {
  name: "c99",
  title: "host C99",
  compiler: "gcc",
  flags: ["-O3"],
  linear: { source: "linear_plain.c", layout: { channels: 4, depth: 1, padding: 4 } },
};

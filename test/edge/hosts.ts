import { c99 } from "../../src/edge/targets/c99.ts";
import type { Target } from "../../src/edge/targets/target.ts";

/** The host with a build that stops at memory of others and at what C leaves undefined. */
export const sanitized: Target = {
  ...c99,
  title: "host, gcc, sanitized",
  flags: ["-O1", "-g", "-fsanitize=undefined,address", "-fno-sanitize-recover=all"],
};

/** Further builds of the host. Debian's clang comes without the libraries of its sanitizers, so there undefined behaviour traps. */
export const HOSTS: readonly Target[] = [
  sanitized,
  {
    ...c99,
    title: "host, clang, trapping",
    compiler: "clang",
    flags: ["-O1", "-fsanitize=undefined", "-fsanitize-trap=undefined"],
  },
  { ...c99, title: "host, clang", compiler: "clang" },
];

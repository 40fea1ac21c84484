import type { LinearLayout } from "../kernels/packLinear.ts";

/** What a compiler is told, and which kernels it gets: all that tells one target from another when C is built. */
export interface Target {
  readonly name: string;
  /** In words: "Cortex-M4". */
  readonly title: string;
  /** The C compiler, as Debian calls it. */
  readonly compiler: string;
  /** Processor, ABI and optimisation. */
  readonly flags: readonly string[];
  /** The product of Linear among src/edge/c, and how its weights lie. */
  readonly linear: { readonly source: string; readonly layout: LinearLayout };
}

/** The files of src/edge/c that make Linear. */
export const linearSources = ({ linear }: Target): string[] => ["linear.c", "linear_block.c", linear.source];

/** What every kernel is clean under, on every target. */
export const STRICT: readonly string[] = [
  "-std=c99",
  "-pedantic",
  "-Wall",
  "-Wextra",
  "-Wconversion",
  "-Wvla",
  "-Werror",
];

import { c99 } from "./c99.ts";
import type { Target } from "./target.ts";

/** RISC-V without vectors, bare metal. Scheduling before registers are given out moves loads up until the sums of a tile spill. */
export const rv32imc: Target = {
  name: "rv32imc",
  title: "RV32IMC",
  compiler: "riscv64-unknown-elf-gcc",
  flags: [
    "--specs=picolibc.specs",
    "-march=rv32imc",
    "-mabi=ilp32",
    "-O2",
    "-fno-schedule-insns",
    "-fira-algorithm=priority",
  ],
  linear: c99.linear,
};

import type { Target } from "../../src/edge/targets/target.ts";

/** A board that QEMU emulates, and what a program needs to start on it (files of `bare/`). */
export interface Machine {
  readonly emulator: string;
  readonly arguments: readonly string[];
  readonly start: string;
  readonly memory: string;
  /** One tick of the counter in console_semihost.c; `-icount shift=0` makes an instruction last 1 ns of the board's time. */
  readonly instructionsPerTick: number;
}

/** By name of the target; a target without one runs on the host. */
export const MACHINES: Readonly<Record<string, Machine>> = {
  rv32imc: {
    emulator: "qemu-system-riscv32",
    arguments: ["-M", "virt", "-bios", "none"],
    start: "start_rv32.c",
    memory: "rv32.ld",
    instructionsPerTick: 1, // minstret
  },
  "cortex-m4": {
    emulator: "qemu-system-arm",
    arguments: ["-M", "mps2-an386"],
    start: "start_cortex.c",
    memory: "mps2.ld",
    instructionsPerTick: 40, // SysTick at 25 MHz
  },
  "cortex-m55": {
    emulator: "qemu-system-arm",
    arguments: ["-M", "mps3-an547"],
    start: "start_cortex.c",
    memory: "mps3.ld",
    instructionsPerTick: 31.25, // SysTick at 32 MHz
  },
};

export const machineOf = ({ name }: Target): Machine | undefined => MACHINES[name];

import { fileURLToPath } from "node:url";
import type { Target } from "../../src/edge/targets/target.ts";

/** The folder of what programs need to start and print. */
export const BARE = fileURLToPath(new URL("bare/", import.meta.url));

/** What runs the programs of a target. */
export interface Machine {
  /** Programs beside the compiler. */
  readonly needs: readonly string[];
  /** Of `bare/`: how a program starts and prints. */
  readonly sources: readonly string[];
  /** For compiler and linker. */
  readonly options: readonly string[];
  /** What the assembler must know of a table beside its name. */
  table?(name: string, bytes: number): readonly string[];
  /** The command that runs a linked program. */
  run(program: string): readonly [command: string, options: readonly string[]];
  /** Programs are linked with the C library of a system. */
  readonly hosted?: true;
  /** One tick of the counter in console_semihost.c, where it counts. */
  readonly instructionsPerTick?: number;
}

const HOST: Machine = {
  needs: [],
  sources: ["console_host.c"],
  options: ["-Wl,-z,noexecstack"],
  run: (program) => [program, []],
  hosted: true,
};

/** Every function is exported, so that its name can be found; what console.h declares is imported. */
const NODE: Machine = {
  needs: ["wasm-ld"],
  sources: [],
  options: [`-I${BARE}wasm`, "-Wl,--no-entry,--export-all,--allow-undefined,-z,stack-size=65536"],
  table: (name, bytes) => [`.section .rodata.${name},"",@`, `.type ${name},@object`, `.size ${name}, ${bytes}`],
  run: (program) => [process.execPath, [`${BARE}wasm/run.mjs`, program]],
};

/** A board that QEMU emulates with its start and its memories, files of `bare/`; `-icount shift=0` makes an instruction last 1 ns of its time. */
interface Board {
  readonly emulator: string;
  readonly arguments: readonly string[];
  readonly start: string;
  readonly memory: string;
  readonly instructionsPerTick: number;
}

const board = ({ emulator, start, memory, instructionsPerTick, ...of }: Board): Machine => ({
  needs: [emulator],
  sources: ["console_semihost.c", start],
  options: ["-nostartfiles", "-Wl,--no-warn-rwx-segments", `-L${BARE}`, `-T${memory}`],
  run: (program) => [emulator, [...of.arguments, ...SEMIHOSTING, "-icount", "shift=0", "-kernel", program]],
  instructionsPerTick,
});

const SEMIHOSTING = [
  ...["-display", "none", "-serial", "none", "-monitor", "none"],
  ...["-chardev", "stdio,id=out", "-semihosting-config", "enable=on,target=native,chardev=out"],
];

/** By name of the target. */
const MACHINES: Readonly<Record<string, Machine>> = {
  c99: HOST,
  wasm: NODE,
  rv32imc: board({
    emulator: "qemu-system-riscv32",
    arguments: ["-M", "virt", "-bios", "none"],
    start: "start_rv32.c",
    memory: "rv32.ld",
    instructionsPerTick: 1, // minstret
  }),
  "cortex-m4": board({
    emulator: "qemu-system-arm",
    arguments: ["-M", "mps2-an386"],
    start: "start_cortex.c",
    memory: "mps2.ld",
    instructionsPerTick: 40, // SysTick at 25 MHz
  }),
  "cortex-m55": board({
    emulator: "qemu-system-arm",
    arguments: ["-M", "mps3-an547"],
    start: "start_cortex.c",
    memory: "mps3.ld",
    instructionsPerTick: 31.25, // SysTick at 32 MHz
  }),
};

/** @throws Error for a target that nothing here runs */
export function machineOf({ name }: Target): Machine {
  const machine = MACHINES[name];
  if (machine === undefined) throw new Error(`machines.ts has no machine for ${name}`);
  return machine;
}

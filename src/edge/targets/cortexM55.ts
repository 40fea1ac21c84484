import type { Target } from "./target.ts";

/** The hard-float ABI is what Helium's registers are passed by. */
export const cortexM55: Target = {
  name: "cortex-m55",
  title: "Cortex-M55",
  compiler: "arm-none-eabi-gcc",
  flags: ["-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard", "-O2"],
  linear: { source: "linear_m55.c", layout: { channels: 2, depth: 16, padding: 16 } },
};

import type { Target } from "./target.ts";

export const cortexM4: Target = {
  name: "cortex-m4",
  title: "Cortex-M4",
  compiler: "arm-none-eabi-gcc",
  flags: ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=soft", "-O2"],
  linear: { source: "linear_m4.c", layout: { channels: 2, depth: 4, padding: 4 } },
};

import { cortexM4 } from "../src/edge/targets/cortexM4.ts";
import { cortexM55 } from "../src/edge/targets/cortexM55.ts";
import { rv32imc } from "../src/edge/targets/rv32imc.ts";
import { countLinear } from "../test/edge/countLinear.ts";
import { missingTool } from "../test/edge/runOnTarget.ts";
import { round } from "./measure.ts";

/** Instructions per multiplication of the int8 product, counted in QEMU: `npx tsx bench/edgeKernels.ts`. */
const counted = [rv32imc, cortexM4, cortexM55].map((target) => {
  const missing = missingTool(target);
  if (missing !== undefined) return { target: target.name, skipped: `needs ${missing}` };
  const { calibration, naive, kernel } = countLinear(target);
  return {
    target: target.name,
    flags: target.flags,
    calibration: round(calibration, 6),
    naive: round(naive, 3),
    kernel: round(kernel, 3),
    weightsOf4Bits: round(countLinear(target, 4).kernel, 3),
    weightsOf2Bits: round(countLinear(target, 2).kernel, 3),
  };
});
process.stdout.write(`${JSON.stringify({ shape: "64x256x1024 int8", counted }, null, 2)}\n`);

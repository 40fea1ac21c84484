import { packLinear, type WeightBits } from "../../src/edge/kernels/packLinear.ts";
import { linearSources, type Target } from "../../src/edge/targets/target.ts";
import { instructionsIn } from "./instructions.ts";
import { randomLinear } from "./randomLinear.ts";
import { runOnTarget } from "./runOnTarget.ts";

/** The shape that instructions per multiplication are counted for, requantisation to int8 included. */
const [ROWS, INNER, COLS] = [64, 256, 1024];
const LOOPS = 1_000_000;

export interface LinearCount {
  /** Instructions that the counter gives for a loop of known length, over those it has. */
  readonly calibration: number;
  /** Instructions per multiplication of three nested loops, built with the same flags. */
  readonly naive: number;
  readonly kernel: number;
}

/** Count instructions of the product of a target that QEMU emulates. @throws SessionError when both products differ */
export function countLinear(target: Target, bits: WeightBits = 8): LinearCount {
  const layer = randomLinear("count", { rows: ROWS, inner: INNER, cols: COLS }, 33, bits);
  const { weights: packed, bias, scale } = packLinear(layer, target.linear.layout);
  const size = Int32Array.of(ROWS, INNER, COLS, bits, LOOPS);
  const { stdout } = runOnTarget({
    target,
    program: "countLinear.c",
    kernels: linearSources(target),
    vectors: { size, x: layer.x, weights: layer.weights, packed, bias, scale },
  });
  const { loop, naive, kernel } = instructionsIn(stdout, target);
  const macs = ROWS * INNER * COLS;
  return {
    calibration: loop / (2 * LOOPS),
    naive: naive / macs,
    kernel: kernel / macs,
  };
}

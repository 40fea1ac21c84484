import type { Calibration } from "./decode.ts";
import type { EdfSignal } from "./header.ts";

/** How stored numbers become physical values, and the unit that they then have. */
export interface CalibratedUnit {
  readonly calibration: Calibration;
  readonly unit: string;
}

/**
 * The calibration that the header states: a swapped pair gives a negative gain, as in EDFlib and MNE.
 * Where it defines none (a range of zero or no number), the stored numbers are given as they are, without a unit.
 * @param warnings gets a sentence where the ranges are not as the standard demands
 */
export function calibrate(signal: EdfSignal, warnings: string[]): CalibratedUnit {
  const { label, index, unit, physicalMin, physicalMax, digitalMin, digitalMax } = signal;
  const gain = (physicalMax - physicalMin) / (digitalMax - digitalMin);
  const where = `Channel ${label || `number ${index + 1}`}`;
  if (!Number.isFinite(gain) || gain === 0) {
    const stated = `physical ${physicalMin} to ${physicalMax}, digital ${digitalMin} to ${digitalMax}`;
    warnings.push(`${where}: its calibration is not defined (${stated}); its stored numbers are given without a unit.`);
    return { calibration: { gain: 1, digitalMin: 0, physicalMin: 0 }, unit: "" };
  }
  if (digitalMax < digitalMin) {
    warnings.push(`${where}: its digital minimum is above its maximum; its samples are inverted accordingly.`);
  }
  return { calibration: { gain, digitalMin, physicalMin }, unit };
}

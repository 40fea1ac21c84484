import type { BootstrapOptions, Estimate } from "../bootstrap.ts";

/** Three digits after the point below 10, fewer above: what an interval can support. */
export function numberText(value: number | null): string {
  if (value === null) return "–";
  const size = Math.abs(value);
  return value.toFixed(size < 10 ? 3 : size < 100 ? 2 : 1).replace("-", "−");
}

/** "[0.77, 0.85]", or nothing where there is no interval. */
export const intervalText = ({ low, high }: Estimate): string =>
  low === null ? "" : `[${numberText(low)}, ${numberText(high)}]`;

/** "0.812 [0.770, 0.851]", or why there is no value. */
export function estimateText(estimate: Estimate): string {
  if (estimate.value === null) return `– (${estimate.reason ?? "not defined"})`;
  return `${numberText(estimate.value)} ${intervalText(estimate)}`.trim();
}

export const percentText = (share: number): string => `${(100 * share).toFixed(share === 0 || share === 1 ? 0 : 1)} %`;

/** Thousands apart. */
export const countText = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");

export const plural = (count: number, noun: string): string => `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;

/** "95 % intervals: 1 000 draws of subjects, seed 0" */
export const drawsText = ({ level, draws, seed }: Required<BootstrapOptions>): string =>
  `${Number((100 * level).toFixed(2))} % intervals: ${countText(draws)} draws of subjects, seed ${seed}`;

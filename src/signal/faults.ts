import type { QualityFlag, QualityRow } from "./quality.ts";

/** Flags with which a channel says nothing of the body. Mains is not among them: the chain takes it out. */
export const UNUSABLE: readonly QualityFlag[] = ["flat", "clipped", "large", "small"];

/** More missing samples than this make a channel unusable; fewer are zeros in an else sound window. */
export const MISSING_SHARE = 0.1;

/** Why a channel cannot be used in a window; undefined where it can. */
export function faultOf({ flags, nonFiniteShare }: QualityRow): QualityFlag | undefined {
  return flags.find((flag) => UNUSABLE.includes(flag)) ?? (nonFiniteShare > MISSING_SHARE ? "missing" : undefined);
}

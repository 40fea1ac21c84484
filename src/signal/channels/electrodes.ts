import { channelIndex } from "./channelNames.ts";
import { STANDARD_1005 } from "./standard1005.ts";

/** x, y, z in metres, MNE head coordinates. */
export type Position = readonly [x: number, y: number, z: number];

/** Every electrode with a place: `standard_1005`, and the two cerebellar ones where the authors put them (SPEC.md §2). */
export const ELECTRODES: ReadonlyMap<string, Position> = new Map([
  ...Object.entries(STANDARD_1005),
  ["CB1", STANDARD_1005.POO7],
  ["CB2", STANDARD_1005.POO8],
]);

/** Ears and mastoids: places that other electrodes are measured against. */
const REFERENCE_ELECTRODES: ReadonlySet<string> = new Set(["A1", "A2", "M1", "M2"]);

export const isReferenceElectrode = (name: string): boolean => REFERENCE_ELECTRODES.has(name);

/** The 10-20 names of 1958 and those of the 10-10 system for the same places. */
const MODERN: ReadonlyMap<string, string> = new Map([
  ["T3", "T7"],
  ["T4", "T8"],
  ["T5", "P7"],
  ["T6", "P8"],
]);
const HISTORIC: ReadonlyMap<string, string> = new Map([...MODERN].map(([old, modern]) => [modern, old]));

/** One name per place: "T3" and "T7" both give "T7", "F7-T3" gives "F7-T7". Names of ECG and PPG stay. */
export const samePlace = (name: string): string =>
  name
    .split("-")
    .map((electrode) => MODERN.get(electrode) ?? electrode)
    .join("-");

/**
 * Canonical name of the channel between two electrodes: that of the 104 names where one of them means this pair
 * ("F7-T7" gives "F7-T3"), else "A-B" as given.
 */
export function pairName(plus: string, minus: string): string {
  const spellings = (name: string) => [name, HISTORIC.get(name) ?? name, MODERN.get(name) ?? name];
  for (const a of spellings(plus)) {
    for (const b of spellings(minus)) if (channelIndex(`${a}-${b}`) >= 0) return `${a}-${b}`;
  }
  return `${plus}-${minus}`;
}

import type { Contract, UsedChannel } from "../contract.ts";
import { SENSORS } from "../sensors.ts";

/** The contract as plain sentences for a terminal: what is used, what is done to it, what is left out and why. */
export function describeContract(contract: Contract): string[] {
  return [
    ...usedChannels(contract.used),
    ...sentences("Derived", contract.derived, ({ label, from }) => `${label} (from ${from.join(" and ")})`),
    ...sentences("Renamed", contract.renamed, ({ label, to }) => `${label} to ${to}`),
    ...sentences("Converted", contract.unitsConverted, ({ label }) => label),
    ...sentences("Resampled", contract.resampled, ({ label }) => label),
    ...sentences("Upsampled", contract.upsampled, ({ label }) => label),
    ...unknownUnits(contract.used),
    ...sentences("Left out", contract.dropped, ({ label }) => label || "(no label)"),
    ...sentences("Not found", contract.unmatched ?? [], ({ label }) => label),
  ];
}

function usedChannels(used: readonly UsedChannel[]): string[] {
  return SENSORS.flatMap((sensor) => {
    const names = used.filter((channel) => channel.sensor === sensor).map(({ name }) => name);
    return names.length === 0 ? [] : [`Uses ${names.length} ${sensor.toUpperCase()}: ${names.join(", ")}.`];
  });
}

/** Voltages of unknown size: the model scales every window, but limits in µV or mV cannot be checked. */
function unknownUnits(used: readonly UsedChannel[]): string[] {
  const names = used.filter(({ sensor, unit }) => sensor !== "ppg" && unit === "a.u.").map(({ name }) => name);
  return names.length === 0 ? [] : [`No known unit, taken as they are: ${names.join(", ")}.`];
}

/** One sentence per reason, with all that share it: "Left out A, B: reason." */
function sentences<T extends { readonly reason: string }>(
  verb: string,
  notes: readonly T[],
  subject: (note: T) => string,
): string[] {
  const groups = new Map<string, string[]>();
  for (const note of notes) groups.set(note.reason, [...(groups.get(note.reason) ?? []), subject(note)]);
  return [...groups].map(([reason, subjects]) => `${verb} ${subjects.join(", ")}: ${lowerFirst(reason)}.`);
}

/** "The rest" becomes "the rest"; words that are capitals ("EEG") stay. */
const lowerFirst = (text: string): string => (/^[A-Z][a-z ]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text);

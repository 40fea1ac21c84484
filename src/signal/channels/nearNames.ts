import { channelIndex } from "./channelNames.ts";
import { ELECTRODES } from "./electrodes.ts";

const LONGEST = 12; // letters of a label worth comparing; electrode names have at most six

/** Electrode names that differ from `text` in one or two letters, nearest first, at most `count`. */
export function nearElectrodes(text: string, count = 4): string[] {
  if (text.length > LONGEST) return [];
  const wanted = text.toUpperCase();
  return [...ELECTRODES.keys()]
    .map((name) => ({ name, distance: editDistance(wanted, name), known: channelIndex(name) >= 0 ? 0 : 1 }))
    .filter(({ name, distance }) => distance <= 2 && 2 * distance <= Math.max(wanted.length, name.length) + 1)
    .sort((a, b) => a.distance - b.distance || a.known - b.known)
    .slice(0, count)
    .map(({ name }) => name);
}

/** Fewest insertions, deletions and replacements of one letter that turn `a` into `b` (Levenshtein 1966). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

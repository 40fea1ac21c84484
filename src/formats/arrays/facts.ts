/** Something a file says about its arrays: an attribute, a struct field, a scalar beside the data. */
export interface Fact {
  /** Path of the group, struct or array that the fact belongs to; "" for the whole file. */
  readonly scope: string;
  /** Name as the file spells it: "fs", "Sampling Rate", "channel_names". */
  readonly name: string;
  readonly value: number | string | readonly string[];
}

/** What a fact can tell. */
export type FactKind = "sfreq" | "labels" | "unit" | "scale";

/** Spellings, lower case without separators. */
const SPELLINGS: Readonly<Record<FactKind, readonly string[]>> = {
  sfreq: [
    "sfreq",
    "fs",
    "srate",
    "fsample",
    "samplerate",
    "samplingrate",
    "samplefreq",
    "samplefrequency",
    "samplingfreq",
    "samplingfrequency",
    "samplerateinhertz",
  ],
  labels: [
    "channelnames",
    "channellabels",
    "chnames",
    "chlabels",
    "chanlabels",
    "channames",
    "chanlocs",
    "channels",
    "electrodes",
    "electrodenames",
    "leads",
    "leadnames",
    "signames",
    "labels",
    "label",
  ],
  unit: ["unit", "units", "physicalunit"],
  scale: ["scale", "scalefactor"],
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

const KIND_OF = new Map(
  Object.entries(SPELLINGS).flatMap(([kind, names]) => names.map((name) => [name, kind as FactKind])),
);

/** What a name tells about a signal; undefined for all others. Formats use it to read only what matters. */
export const factKind = (name: string): FactKind | undefined => KIND_OF.get(plain(name));

/** Facts of one kind and scope that are looked at, and scopes around an array: files can hold any number of both. */
const MOST_FACTS = 16;
const MOST_SCOPES = 64;

/** Facts of one kind that hold for the array at `path`, the nearest scope first. */
export function factsFor(facts: readonly Fact[], path: string, kind: FactKind): Fact[] {
  const index = indexOf(facts);
  return scopesOf(path).flatMap((scope) => index.get(`${kind} ${scope}`) ?? []);
}

/** The array itself, everything that it stands in, the file: `run(2)/x`, `run(2)`, `run`, "". */
function scopesOf(path: string): string[] {
  const ends = Array.from(path.slice(1).matchAll(/[/(]/g), ({ index }) => index + 1).slice(0, MOST_SCOPES);
  return [...new Set([path, ...ends.reverse().map((end) => path.slice(0, end)), ""])];
}

type FactIndex = ReadonlyMap<string, readonly Fact[]>;
const indices = new WeakMap<readonly Fact[], FactIndex>();

/** Facts by kind and scope, so that looking them up for every array of a file does not cost their number squared. */
function indexOf(facts: readonly Fact[]): FactIndex {
  const known = indices.get(facts);
  if (known !== undefined) return known;
  const index = new Map<string, Fact[]>();
  for (const fact of facts) {
    const key = `${factKind(fact.name)} ${fact.scope}`;
    const found = index.get(key) ?? [];
    if (found.length < MOST_FACTS) found.push(fact);
    index.set(key, found);
  }
  indices.set(facts, index);
  return index;
}

/** "sfreq of data_group_0", for notes. */
export const spell = ({ name, scope }: Fact): string => (scope === "" ? `"${name}" of the file` : `"${scope}/${name}"`);

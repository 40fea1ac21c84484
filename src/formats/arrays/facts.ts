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

/** Facts of one kind that hold for the array at `path`, the nearest scope first. */
export function factsFor(facts: readonly Fact[], path: string, kind: FactKind): Fact[] {
  return facts
    .filter(({ name, scope }) => factKind(name) === kind && covers(scope, path))
    .sort((a, b) => b.scope.length - a.scope.length);
}

const covers = (scope: string, path: string): boolean =>
  scope === "" || scope === path || path.startsWith(`${scope}/`) || path.startsWith(`${scope}(`);

/** "sfreq of data_group_0", for notes. */
export const spell = ({ name, scope }: Fact): string => (scope === "" ? `"${name}" of the file` : `"${scope}/${name}"`);

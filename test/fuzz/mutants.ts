import { FAMILIES, type Family, type Seed } from "./corpus.ts";
import { type Dice, diceOf } from "./dice.ts";
import type { Mutant } from "./judge.ts";
import { MOST_BYTES } from "./mutateBytes.ts";

const seedsOf = new Map<Family, readonly Seed[]>();

function seedsFor(family: Family): readonly Seed[] {
  const seeds = seedsOf.get(family) ?? family.seeds();
  seedsOf.set(family, seeds);
  return seeds;
}

/** The reader of a family, by its name in the registry. */
const readerOf = (family: string): string => /^(MAT|CSV)/.exec(family)?.[0] ?? family;

/** Bytes of a compressed mutant at most: 32 kB hold 33 MB, and to read so much text is slow without being wrong. */
const MOST_PACKED = 32 * 2 ** 10;

/** Families whose files hold compressed data; the HDF5 library takes memory in steps of megabytes. */
const inflates = (family: string): boolean => /compressed|gzipped|NPZ|HDF5/.test(family);

/** Every record of a family as it was before any damage. */
export function soundRecords(familyName: string): Mutant[] {
  const family = FAMILIES.find(({ name }) => name === familyName)!;
  const format = familyName === "ONNX" ? readerOf(familyName) : undefined;
  return seedsFor(family).map(({ name, files, options }) => ({
    name,
    files,
    options: options[0],
    format,
    inflates: inflates(familyName),
  }));
}

/** Mutant `index` of a family: always the same one under the same seed. */
export function makeMutant(familyName: string, index: number, seed: number): Mutant {
  const family = FAMILIES.find(({ name }) => name === familyName)!;
  const dice = diceOf(seed, `${familyName}/${index}`);
  const seeds = seedsFor(family);
  const record = dice.pick(seeds);
  const files = new Map(record.files);
  for (let n = 0; n <= dice.pick([0, 0, 0, 1, 1, 2, 4]); n++) damageOne(family, record, files, seeds, dice);
  if (files.size > 1 && dice.chance(0.03)) dropOne(record, files, dice);
  // the signature may be what was damaged: the reader behind it must still meet the file
  const direct = familyName === "ONNX" || dice.chance(0.5);
  const format = direct ? readerOf(familyName) : undefined;
  return { name: record.name, files, options: dice.pick(record.options), format, inflates: inflates(familyName) };
}

function damageOne(
  { name: family, mutators }: Family,
  record: Seed,
  files: Map<string, Uint8Array>,
  seeds: readonly Seed[],
  dice: Dice,
) {
  const names = [...files.keys()];
  const headers = names.filter((name) => name.endsWith(".hea"));
  const file = headers.length > 0 && dice.chance(0.6) ? dice.pick(headers) : dice.pick(names);
  const other = dice.pick([...dice.pick(seeds).files.values()]);
  const bytes = files.get(file)!;
  if (bytes.length === 0) return;
  const mutated = attempt(() => dice.pick(mutators(file, record))(bytes, dice, other), bytes);
  const most = inflates(family) ? MOST_PACKED : MOST_BYTES;
  files.set(file, mutated.length > most ? mutated.slice(0, most) : mutated);
}

/** What an earlier mutator damaged cannot always be unpacked for the next one. */
function attempt(mutate: () => Uint8Array, unchanged: Uint8Array): Uint8Array {
  try {
    return mutate();
  } catch {
    return unchanged;
  }
}

function dropOne({ name }: Seed, files: Map<string, Uint8Array>, dice: Dice): void {
  const gone = dice.pick([...files.keys()]);
  if (gone !== name) files.delete(gone);
}

/** How many mutants of each family make `total`. */
export function planCounts(total: number): Map<string, number> {
  const shares = FAMILIES.reduce((sum, { share }) => sum + share, 0);
  return new Map(FAMILIES.map(({ name, share }) => [name, Math.ceil((total * share) / shares)]));
}

import { unzipSync } from "fflate";
import { FormatError } from "../../errors.ts";
import { inflationLimit } from "../arrays/boundedInflate.ts";
import { type Fact, factKind } from "../arrays/facts.ts";
import { memoryArray, type NamedArray } from "../arrays/namedArray.ts";
import { recordingFromNamedArrays } from "../arrays/recording.ts";
import type { FileFormat } from "../fileFormat.ts";
import { type NpyArray, readNpy } from "./npy.ts";
import { readNpyTexts } from "./texts.ts";

/** Largest NPZ file read, bytes: it is taken into memory whole. */
const FILE_LIMIT = 2 ** 30;

/** Least bytes of a member's entry in the archive's directory. */
const ENTRY_BYTES = 46;

export interface Npz {
  readonly arrays: ReadonlyMap<string, NpyArray>;
  /** Small arrays of texts. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** Members that were not read, each with the reason. */
  readonly warnings: readonly string[];
}

/**
 * Read every array of a NPZ file. Members together may inflate to 64 MiB plus 100 times the file's size.
 * @throws FormatError when the archive is damaged or inflates beyond that
 */
export function readNpz(bytes: Uint8Array, name: string): Npz {
  const arrays = new Map<string, NpyArray>();
  const texts = new Map<string, string[]>();
  const warnings: string[] = [];
  for (const [member, content] of Object.entries(unzip(bytes, name))) {
    const key = member.replace(/\.npy$/, "");
    try {
      const names = readNpyTexts(content, `${name}, ${key}`);
      if (names !== undefined) texts.set(key, names);
      else arrays.set(key, readNpy(content, `${name}, ${key}`));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      warnings.push(`The array ${key} was not read: ${error.message}.`);
    }
  }
  return { arrays, texts, warnings };
}

function unzip(bytes: Uint8Array, name: string): Record<string, Uint8Array> {
  const limit = inflationLimit(bytes.length);
  let total = 0;
  let room = bytes.length; // every member has bytes of its own and an entry in the directory
  const sizes: Record<string, number> = {};
  try {
    const members = unzipSync(bytes, {
      filter(member) {
        room -= ENTRY_BYTES + member.size;
        if (room < 0) throw new Error("more members, or larger ones, than the file has room for");
        total += member.originalSize;
        if (total > limit) throw tooLarge(name, limit, total);
        sizes[member.name] = member.originalSize;
        return member.name.endsWith(".npy");
      },
    });
    for (const [member, { length }] of Object.entries(members)) {
      if (length !== sizes[member]) throw new Error(`${member} holds ${length} bytes, not ${sizes[member]}`);
    }
    return members;
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError({
      where: name,
      what: "is a damaged zip archive",
      got: cause instanceof Error ? cause.message : String(cause),
      todo: "Save it again with numpy.savez",
      cause,
    });
  }
}

const tooLarge = (name: string, limit: number, got: number): FormatError =>
  new FormatError({
    where: name,
    what: "inflates to more than is accepted",
    expected: `at most ${limit} bytes`,
    got: `${got} bytes`,
    todo: "Store the arrays in separate NPY files",
  });

/** Scalars and names beside the signal. */
function factsOf({ arrays, texts }: Npz): Fact[] {
  const facts: Fact[] = [...texts].map(([name, value]) => ({
    scope: "",
    name,
    value: value.length === 1 ? value[0] : value,
  }));
  for (const [name, { data }] of arrays) {
    if (data.length === 1 && factKind(name) !== undefined) facts.push({ scope: "", name, value: Number(data[0]) });
  }
  return facts;
}

/** A NPZ file: several arrays in a zip archive, as numpy.savez and savez_compressed write it. */
export const npzFormat: FileFormat = {
  name: "NPZ",
  extensions: [".npz"],
  recognise(head) {
    if (head[0] !== 0x50 || head[1] !== 0x4b || head[2] !== 3 || head[3] !== 4 || head.length < 30) return false; // PK\3\4
    const nameLength = head[26] | (head[27] << 8);
    return new TextDecoder("latin1").decode(head.subarray(30, 30 + nameLength)).endsWith(".npy");
  },
  async open(source, options) {
    const { name, size } = source;
    if (size > FILE_LIMIT) {
      throw new FormatError({
        where: name,
        what: "is too large to unpack in memory",
        expected: `at most ${FILE_LIMIT} bytes`,
        got: `${size} bytes`,
        todo: "Store the signal as an NPY file, which is read in pieces",
      });
    }
    const npz = readNpz(await source.read(0, size), name);
    const { warnings } = npz;
    const named = [...npz.arrays].map(
      ([path, { dtype, shape, order, data }]): NamedArray => memoryArray(path, dtype, shape, data, order),
    );
    const facts = factsOf(npz);
    const close = () => source.close();
    return recordingFromNamedArrays({ name, format: "NPZ", arrays: named, facts, warnings, close }, options);
  },
};

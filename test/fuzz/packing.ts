import { gunzipSync, gzipSync, unzipSync, unzlibSync, zipSync, zlibSync } from "fflate";
import type { Mutate } from "./mutateBytes.ts";

/**
 * Damage below a compression: unpacked, mutated, packed again with sound checksums, so that the reader behind the
 * inflater meets it.
 */
export const insideGzip =
  (mutate: Mutate): Mutate =>
  (bytes, dice, other) =>
    gzipSync(mutate(gunzipSmall(bytes), dice, other), { level: 1, mtime: 0 });

/** A mutant of a mutant may state any length at its end. */
function gunzipSmall(bytes: Uint8Array): Uint8Array {
  const stated = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4).getUint32(0, true);
  if (stated > 2 ** 20) throw new RangeError("not for a mutator");
  return gunzipSync(bytes);
}

export const insideZip =
  (mutate: Mutate): Mutate =>
  (bytes, dice, other) => {
    const members = Object.entries(unzipFew(bytes));
    const chosen = dice.roll(members.length);
    const changed = members.map(([name, content], i) => [name, i === chosen ? mutate(content, dice, other) : content]);
    return zipSync(Object.fromEntries(changed), { level: dice.chance(0.5) ? 0 : 1, mtime: new Date(1990, 1, 1) });
  };

/** A mutant of a mutant may claim any number of members. */
function unzipFew(bytes: Uint8Array): Record<string, Uint8Array> {
  let members = 0;
  return unzipSync(bytes, {
    filter({ originalSize }) {
      if (++members > 100 || originalSize > 2 ** 20) throw new RangeError("not for a mutator");
      return true;
    },
  });
}

const MAT_HEADER = 128;
const COMPRESSED = 15;

/** Inside one compressed variable of a MAT v5 file. */
export const insideMat =
  (mutate: Mutate): Mutate =>
  (bytes, dice, other) => {
    const variables = compressedVariables(bytes);
    if (variables.length === 0) return mutate(bytes, dice, other);
    const chosen = dice.roll(variables.length);
    const parts = variables.map(([start, stop], i) => {
      const content = unzlibSync(bytes.subarray(start, stop));
      const packed = zlibSync(i === chosen ? mutate(content, dice, other) : content, { level: 1 });
      const tag = new Uint8Array(8);
      new DataView(tag.buffer).setUint32(0, COMPRESSED, true);
      new DataView(tag.buffer).setUint32(4, packed.length, true);
      return [tag, packed];
    });
    return Uint8Array.from(
      Buffer.concat([bytes.subarray(0, MAT_HEADER), ...parts.flat()]), // not a view of Node's pool
    );
  };

function compressedVariables(bytes: Uint8Array): [start: number, stop: number][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: [number, number][] = [];
  for (let at = MAT_HEADER; at + 8 <= bytes.length; ) {
    const stop = at + 8 + view.getUint32(at + 4, true);
    if (view.getUint32(at, true) === COMPRESSED) found.push([at + 8, stop]);
    at = stop;
  }
  return found;
}

const END_OF_DIRECTORY = 0x06054b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const ANY_COUNT = 0xffff;

/** A zip archive whose 64-bit directory claims any number of members. */
export const zip64Count: Mutate = (bytes, dice) => {
  const end = lastEnd(bytes);
  if (end < 0) return bytes;
  const record = new Uint8Array(56);
  const view = new DataView(record.buffer);
  view.setUint32(0, ZIP64_END, true);
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setUint32(32, dice.pick([0, 1, 0xffff, 0x7fffffff, 0xffffffff]), true);
  view.setUint32(48, dice.chance(0.7) ? source.getUint32(end + 16, true) : dice.roll(2 ** 32), true);
  const locator = new Uint8Array(20);
  new DataView(locator.buffer).setUint32(0, ZIP64_LOCATOR, true);
  new DataView(locator.buffer).setUint32(8, end, true);
  const tail = bytes.slice(end);
  new DataView(tail.buffer).setUint16(8, ANY_COUNT, true);
  return Uint8Array.from(Buffer.concat([bytes.subarray(0, end), record, locator, tail]));
};

export const repeatMember: Mutate = (bytes, dice) => listMember(bytes, 1 + dice.roll(300), dice.chance(0.5));

/**
 * A zip archive that lists its first member `count` times under other names: an entry is cheap, what it leads to is not.
 * @param hidesSize whether the entries state a size of 0
 */
export function listMember(bytes: Uint8Array, count: number, hidesSize: boolean): Uint8Array {
  const end = lastEnd(bytes);
  if (end < 0) return bytes;
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = source.getUint32(end + 16, true);
  const length = 46 + source.getUint16(start + 28, true) + source.getUint16(start + 30, true);
  const entry = bytes.slice(start, start + length);
  if (hidesSize) new DataView(entry.buffer).setUint32(24, 0, true);
  const tail = bytes.slice(end);
  new DataView(tail.buffer).setUint16(8, count, true);
  const entries: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const own = entry.slice();
    own[46] = 0x41 + (i % 26); // another name each
    own[47] = 0x41 + (Math.floor(i / 26) % 26);
    entries.push(own);
  }
  return Uint8Array.from(Buffer.concat([bytes.subarray(0, start), ...entries, tail]));
}

function lastEnd(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = bytes.length - 22; at >= 0; at--) if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  return -1;
}

import { permutation } from "./permutation.ts";
import type { Corpus } from "./plan.ts";

/** Windows of one layout that are drawn together. */
export interface Chunk {
  readonly layout: number;
  readonly rows: Uint32Array;
}

/** The endless order in which the windows of one corpus are drawn, in chunks of one layout. */
export interface CorpusOrder {
  /** Chunks of one pass over the corpus. */
  readonly chunks: number;
  readonly windows: number;
  /** Chunk `place` of the order: pass ⌊place / chunks⌋. */
  chunk(place: number): Chunk;
}

/** The windows of one layout; the chunks `first …` of a pass are theirs. */
interface Group {
  readonly layout: number;
  readonly rows: Uint32Array;
  readonly first: number;
  readonly chunks: number;
}

/**
 * Every window once per pass, passes one after the other, each shuffled anew: which windows share a chunk, and the order of the chunks. A layout has
 * as many chunks as its share of the windows asks for, of at most `micro` windows each and of equal size within one.
 */
export function corpusOrder({ name, layout, rows }: Corpus, micro: number, seed: number): CorpusOrder {
  const groups = groupByLayout(layout, rows, micro);
  const chunks = groups.reduce((sum, group) => sum + group.chunks, 0);
  const passOf = lastOnly((pass: number) => ({
    order: permutation(chunks, seed, `order/${name}/${pass}`),
    within: groups.map((group) => permutation(group.rows.length, seed, `order/${name}/${pass}/${group.layout}`)),
  }));
  const chunk = (place: number): Chunk => {
    const { order, within } = passOf(Math.floor(place / chunks));
    const id = order(place % chunks);
    const g = groups.findLastIndex(({ first }) => first <= id);
    return { layout: groups[g].layout, rows: rowsOfChunk(groups[g], id - groups[g].first, within[g]) };
  };
  return { chunks, windows: rows.length, chunk };
}

/** Rows by layout, in the order of layouts; within one, in the order given. */
export function groupByLayout(layout: ArrayLike<number>, rows: ArrayLike<number>, micro: number): Group[] {
  const byLayout = new Map<number, number[]>();
  for (let i = 0; i < rows.length; i++) {
    const known = byLayout.get(layout[rows[i]]);
    if (known === undefined) byLayout.set(layout[rows[i]], [rows[i]]);
    else known.push(rows[i]);
  }
  let first = 0;
  return [...byLayout]
    .sort(([a], [b]) => a - b)
    .map(([id, list]) => {
      const chunks = Math.ceil(list.length / micro);
      const group = { layout: id, rows: Uint32Array.from(list), first, chunks };
      first += chunks;
      return group;
    });
}

/** Chunk `j` of a group holds the places ⌊j·n/k⌋ … ⌊(j+1)·n/k⌋ − 1 of the shuffled rows. */
function rowsOfChunk({ rows, chunks }: Group, j: number, order: (place: number) => number): Uint32Array {
  const start = Math.floor((j * rows.length) / chunks);
  const end = Math.floor(((j + 1) * rows.length) / chunks);
  return Uint32Array.from({ length: end - start }, (_, i) => rows[order(start + i)]);
}

/** A pure function of a number that keeps its last result. */
function lastOnly<T>(make: (key: number) => T): (key: number) => T {
  let last: { key: number; value: T } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: make(key) };
    return last.value;
  };
}

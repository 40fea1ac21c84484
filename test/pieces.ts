import { existsSync, readFileSync } from "node:fs";
import { readSafetensors } from "../src/formats/safetensors/safetensors.ts";
import type { Tensor } from "../src/graph/index.ts";
import { FIXTURES, hasFixtures, readTensors } from "./fixtures.ts";

/** [largest magnitude, float32 error of the reference] */
type Stated = readonly [number, number];

/** Parts of the authors' model, run one by one, with how close an implementation must come. */
export interface Pieces {
  /** Whether these tensors are here. */
  has(piece: string, name: string): boolean;
  tensor(piece: string, name: string): Tensor;
  /** Tensors of a piece whose names start with `prefix`, without it. */
  starting(piece: string, prefix: string): Map<string, Tensor>;
  /** Ten times the stated error + 1e-6, or 5e-6 for values above 10 (fixtures README). */
  tolerance(piece: string, name: string): number;
}

const excerptFile = new URL("../src/model/pairs/pieces.safetensors", import.meta.url);
const piecesFolder = new URL("given/pieces/", FIXTURES);
export const hasPieces = hasFixtures && existsSync(piecesFolder);

/** The excerpt that is committed (src/model/pairs/excerpt.py). */
export function excerptOfPieces(): Pieces {
  const { metadata } = readSafetensors(new Uint8Array(readFileSync(excerptFile)), "pieces.safetensors");
  return pieces(readTensors(excerptFile), JSON.parse(metadata.errors));
}

/** All that the fixtures hold. */
export function allPieces(): Pieces {
  const { errors } = JSON.parse(readFileSync(new URL("errors.json", piecesFolder), "utf8"));
  const tensors = new Map<string, Tensor>();
  const stated: Record<string, Stated> = {};
  for (const [piece, values] of Object.entries<Record<string, Stated>>(errors)) {
    for (const [name, value] of Object.entries(values)) stated[`${piece}/${name}`] = value;
    const file = new URL(`${piece}.safetensors`, piecesFolder);
    for (const [name, tensor] of readTensors(file)) tensors.set(`${piece}/${name}`, tensor);
  }
  return pieces(tensors, stated);
}

function pieces(tensors: ReadonlyMap<string, Tensor>, stated: Readonly<Record<string, Stated>>): Pieces {
  return {
    has: (piece, name) => tensors.has(`${piece}/${name}`),
    tensor(piece, name) {
      const tensor = tensors.get(`${piece}/${name}`);
      if (tensor === undefined) throw new Error(`no tensor ${piece}/${name}`);
      return tensor;
    },
    starting(piece, prefix) {
      const start = `${piece}/${prefix}`;
      const found = [...tensors].filter(([name]) => name.startsWith(start));
      return new Map(found.map(([name, tensor]) => [name.slice(start.length), tensor]));
    },
    tolerance(piece, name) {
      const [largest, error] = stated[`${piece}/${name}`];
      return 10 * error + (largest > 10 ? 5e-6 : 1e-6);
    },
  };
}

import { GraphError } from "../errors.ts";

/** The sizes that define a PanLUNA network (SPEC.md, table of symbols). */
export interface PanlunaSizes {
  /** P: samples per patch. */
  readonly patchSize: number;
  /** D: width of a channel token. */
  readonly embedDim: number;
  /** H: heads of the channel unification; the temporal encoder has H·Q. */
  readonly numHeads: number;
  /** Blocks of the temporal encoder. */
  readonly depth: number;
  /** Q: learned queries that the channels of one patch time are unified into. */
  readonly numQueries: number;
  /** Hidden width of feed-forward parts over their input. */
  readonly mlpRatio: number;
}

/** The published network: 5.4 M parameters with a classification head. */
export const PUBLISHED: PanlunaSizes = {
  patchSize: 32,
  embedDim: 64,
  numHeads: 2,
  depth: 6,
  numQueries: 4,
  mlpRatio: 4,
};

/** W = Q·D: width of the temporal encoder. */
export const widthOf = ({ numQueries, embedDim }: PanlunaSizes): number => numQueries * embedDim;

/** P/2 + 1: frequencies of a patch. */
export const numFrequencies = ({ patchSize }: PanlunaSizes): number => patchSize / 2 + 1;

/**
 * Check the constraints between sizes (SPEC.md: D a multiple of 16, P of 4, heads divide widths).
 * @throws GraphError that names the size, its rule and its value
 */
export function checkSizes(sizes: PanlunaSizes): PanlunaSizes {
  const rules: [keyof PanlunaSizes, boolean, string][] = [
    ["patchSize", sizes.patchSize > 0 && sizes.patchSize % 4 === 0, "a multiple of 4"],
    ["embedDim", sizes.embedDim > 0 && sizes.embedDim % 16 === 0, "a multiple of 16"],
    [
      "numHeads",
      Number.isInteger(sizes.numHeads) && sizes.embedDim % (2 * sizes.numHeads) === 0,
      "a divisor of embedDim / 2",
    ],
    ["depth", Number.isInteger(sizes.depth) && sizes.depth >= 0, "a whole number"],
    ["numQueries", Number.isInteger(sizes.numQueries) && sizes.numQueries > 0, "a positive whole number"],
    ["mlpRatio", sizes.mlpRatio > 0 && Number.isInteger(sizes.mlpRatio * sizes.embedDim), "a positive ratio"],
  ];
  for (const [name, holds, rule] of rules) {
    if (holds) continue;
    throw new GraphError({ where: "model sizes", what: name, expected: rule, got: String(sizes[name]) });
  }
  return sizes;
}

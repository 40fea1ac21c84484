import type { Layer, LayerKind } from "./layer.ts";

/** int8 in [−127, 127] or int16 in [−32767, 32767] (docs/integer.md). */
export type Precision = "i8" | "i16";

/**
 * What a layer reads its operands as; nothing where it only moves them. Products read int8, but for those of the signal itself, whose small waves stand on
 * large ones; GELU is a table of 8 bits. Sums, what is turned by position, and what is normed, which makes small values large, are read as int16.
 * @param from the kind of layer that made the operands; nothing if they are inputs
 */
export function readAs({ kind }: Layer, from: LayerKind | undefined): Precision | undefined {
  switch (kind) {
    case "move":
      return undefined;
    case "add":
    case "rotary":
    case "groupNorm":
    case "layerNorm":
    case "features":
      return "i16";
    case "linear":
      return from === undefined ? "i16" : "i8";
    case "lookup":
    case "attention":
    case "gelu":
      return "i8";
  }
}

import type { Value } from "../../graph/index.ts";
import type { Layer } from "../layer.ts";

/** Columns of a value that are a tensor of their own. */
export interface Part {
  /** The output of the split. */
  readonly value: Value;
  /** First column. */
  readonly offset: number;
  readonly columns: number;
}

/**
 * Values that a later layer splits, with the parts: what makes them can make the parts instead. A split behind a rotary embedding splits what goes into that, too.
 * @param beforeMoves the value that a reshaped one was
 */
export function findParts(
  layers: readonly Layer[],
  beforeMoves: (value: Value) => Value,
): ReadonlyMap<Value, readonly Part[]> {
  const makers = new Map(layers.flatMap((layer) => layer.outputs.map((v) => [v, layer] as const)));
  const found = new Map<Value, readonly Part[]>();
  for (const { kind, inputs, outputs } of layers) {
    if (kind !== "move" || outputs.length === 1) continue;
    const source = beforeMoves(inputs[0]);
    found.set(source, sideBySide(outputs));
    const maker = makers.get(source);
    if (maker?.kind === "rotary") found.set(beforeMoves(maker.inputs[0]), sideBySide(outputs));
  }
  return found;
}

function sideBySide(values: readonly Value[]): Part[] {
  let offset = 0;
  return values.map((value) => {
    const columns = Number(value.shape.at(-1));
    offset += columns;
    return { value, offset: offset - columns, columns };
  });
}

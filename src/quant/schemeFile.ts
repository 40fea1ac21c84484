import { FormatError } from "../errors.ts";
import { canonicalJson, isObject } from "../formats/json.ts";
import { float32, type Tensor } from "../graph/index.ts";
import type { WeightBits, WeightScales } from "./quantizeWeight.ts";
import type { RoundingScheme, TensorScales } from "./scheme.ts";

/** Names of the scales in a file of weights that were trained rounded. `src/model/checkpoint.ts` leaves them out. */
export const SCHEME_PREFIX = "rounding/";

/** Key of the metadata of such a file. */
export const SCHEME_KEY = "panluna.rounding";

const FEATURES = "features";
const WEIGHTS = "weights/";

/** Scales that are many: of frequency features and weights. The others are in `schemeText`. */
export function schemeTensors({ features, weights }: RoundingScheme): Map<string, Tensor> {
  const own = [...weights].map(
    ([layer, { scales }]) => [`${SCHEME_PREFIX}${WEIGHTS}${layer}`, float32(scales)] as const,
  );
  return new Map(
    [...own, [`${SCHEME_PREFIX}${FEATURES}`, float32(features)] as const].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What beside `schemeTensors` is to be kept: for the metadata of a file. */
export function schemeText({ activations, weights }: RoundingScheme): string {
  return canonicalJson({
    activations: Object.fromEntries([...activations].map(([name, scales]) => [name, { ...scales }])),
    weights: Object.fromEntries([...weights].map(([layer, { bits, axis }]) => [layer, { bits, axis }])),
  });
}

/**
 * The scheme that stands beside the weights in a file.
 * @returns undefined where there is none
 * @throws FormatError when it is not whole
 */
export function readScheme(
  tensors: ReadonlyMap<string, Tensor>,
  text: string | undefined,
  where: string,
): RoundingScheme | undefined {
  if (text === undefined) return undefined;
  const { activations, weights } = parsed(text, where);
  const scalesOf = (name: string): Float32Array => {
    const { data } = tensors.get(SCHEME_PREFIX + name) ?? {};
    if (data instanceof Float32Array) return data;
    throw broken(where, `tensor ${SCHEME_PREFIX}${name} is missing`);
  };
  const known = Object.entries(weights).map(([layer, about]): [string, WeightScales] => {
    const { bits, axis } = isObject(about) ? about : {};
    if (![8, 4, 2].includes(Number(bits)) || (axis !== 0 && axis !== 1)) throw broken(where, `layer ${layer}`);
    return [layer, { bits: bits as WeightBits, axis, scales: scalesOf(`${WEIGHTS}${layer}`) }];
  });
  return {
    activations: new Map(
      Object.entries(activations).map(([name, scales]) => [name, tensorScales(scales, name, where)]),
    ),
    features: scalesOf(FEATURES),
    weights: new Map(known),
  };
}

function tensorScales(given: unknown, name: string, where: string): TensorScales {
  const { i8, i16 } = isObject(given) ? given : {};
  const isScale = (scale: unknown) => scale === undefined || (typeof scale === "number" && scale > 0);
  if (isObject(given) && isScale(i8) && isScale(i16)) return given as TensorScales;
  throw broken(where, `scales of ${name}`);
}

function parsed(text: string, where: string) {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value) && isObject(value["activations"]) && isObject(value["weights"])) {
      return { activations: value["activations"], weights: value["weights"] };
    }
  } catch {
    // not JSON: no scheme either
  }
  throw broken(where, text.slice(0, 80));
}

const broken = (where: string, got: string): FormatError =>
  new FormatError({ where, what: "does not describe how it is rounded", at: SCHEME_KEY, got });

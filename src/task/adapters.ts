import { FormatError } from "../errors.ts";
import { canonicalJson, isObject } from "../formats/json.ts";
import type { LoraAdapters, Weights } from "../model/index.ts";

/** Low-rank additions of a model that has them merged, kept so that its head can stand on the encoder from before. */
export interface MergedAdapters extends LoraAdapters {
  /** `encoderDigest` of the encoder without them. */
  readonly encoder: string;
}

/** Names of adapters beside the weights that they are merged into. `src/model/checkpoint.ts` leaves them out. */
export const ADAPTER_PREFIX = "adapter/";

/** Key of the metadata of a file with merged adapters. */
export const ADAPTERS_KEY = "panluna.adapters";

export const isAdapterName = (name: string): boolean => /\.lora_[AB]$/.test(name);

/** What beside the tensors is to be kept: for the metadata of a file. */
export const adaptersText = ({ scaling, encoder }: MergedAdapters): string => canonicalJson({ scaling, encoder });

/**
 * Adapters that stand beside the weights in a file.
 * @returns undefined where there are none
 * @throws FormatError when their scaling or their encoder is not told
 */
export function readAdapters(tensors: Weights, text: string | undefined, where: string): MergedAdapters | undefined {
  const own = [...tensors].filter(([name]) => name.startsWith(ADAPTER_PREFIX));
  if (own.length === 0) return undefined;
  const { scaling, encoder } = parsed(text);
  if (typeof scaling !== "number" || typeof encoder !== "string") {
    throw new FormatError({ where, what: "does not describe its adapters", at: ADAPTERS_KEY, got: text?.slice(0, 80) });
  }
  return { tensors: new Map(own.map(([name, t]) => [name.slice(ADAPTER_PREFIX.length), t])), scaling, encoder };
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

import type { ParameterSpec } from "../../model/index.ts";
import { isAdapterName } from "../../task/adapters.ts";

/** A tensor that may be trained: a parameter of the model or an adapter beside it. */
export type TrainableTensor = Pick<ParameterSpec, "name" | "shape" | "frozen"> & Partial<Pick<ParameterSpec, "init">>;

/** What learns: everything, the head alone, or adapters and the head. */
export type TrainingMode = "full" | "frozen" | "lora";

export interface RuleOptions {
  readonly mode: TrainingMode;
  /** "all": every trained tensor decays (the authors). "matrices": not biases, norms, tokens and embedding tables. */
  readonly decay: "all" | "matrices";
  /** Blocks of the encoder. */
  readonly depth: number;
  /** Factor on the learning rate from block to block; 1 if not given: all learn alike. */
  readonly layerDecay?: number;
}

/** How one tensor is trained. */
export interface ParameterRule {
  /** Factor on the learning rate. */
  readonly lrFactor: number;
  /** Whether weight decay acts on it. */
  readonly decays: boolean;
}

/** Tensors that are trained alike. */
export interface ParameterGroup extends ParameterRule {
  readonly names: readonly string[];
}

const HEADS = ["decoder_head.", "channel_emb.", "classifier."];
const isHead = (name: string): boolean => HEADS.some((prefix) => name.startsWith(prefix));

/**
 * Which tensors are trained, and how. What is not listed stays as it is, without decay, and needs no gradient: what the model never learns (`frozen`),
 * what the mode leaves alone, and `mask_token` without a reconstruction head, since only masked patches read it.
 */
export function parameterRules(
  tensors: readonly TrainableTensor[],
  options: RuleOptions,
): ReadonlyMap<string, ParameterRule> {
  const { decay, depth, layerDecay = 1 } = options;
  const masks = tensors.some(({ name }) => name.startsWith("decoder_head."));
  const trained = tensors.filter((tensor) => learns(tensor, options.mode) && (tensor.name !== "mask_token" || masks));
  return new Map(
    trained.map((tensor) => [
      tensor.name,
      { lrFactor: layerDecay ** layerExponent(tensor.name, depth), decays: decay === "all" || isMatrix(tensor) },
    ]),
  );
}

function learns({ name, frozen = false }: TrainableTensor, mode: TrainingMode): boolean {
  if (frozen) return false;
  return mode === "full" || isHead(name) || (mode === "lora" && isAdapterName(name));
}

/** Linear layers, projections, convolutions and adapters. Tokens and embedding tables have several axes too, but each row is a vector of its own. */
const isMatrix = ({ shape, init }: TrainableTensor): boolean =>
  shape.length > 1 && init !== "token" && init !== "embedding";

/**
 * Steps that a tensor stands below the head; the learning rate has the factor `layerDecay` to this power.
 * - heads and the final norm: 0. They belong to the task, or stand behind all blocks.
 * - block i: depth − i, so 1 for the last block and `depth` for the first (SPEC.md §8). An adapter has that of its block.
 * - what stands before block 0 (patch, frequency, location and sensor embedding, mask token, channel unification with its adapters): depth + 1, as
 *   if it were block −1.
 * @see Bao et al., "BEiT" (ICLR 2022): layer 0 is the embedding, the head has the full rate
 */
export function layerExponent(name: string, depth: number): number {
  if (isHead(name) || /^norm\./.test(name)) return 0;
  const block = /^blocks\.(\d+)\./.exec(name);
  return block === null ? depth + 1 : depth - Number(block[1]);
}

/** Tensors with the same rule, in the order of their first one. */
export function parameterGroups(rules: ReadonlyMap<string, ParameterRule>): ParameterGroup[] {
  const groups = new Map<string, ParameterRule & { names: string[] }>();
  for (const [name, rule] of rules) {
    const key = `${rule.lrFactor}/${rule.decays}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { ...rule, names: [name] });
    else known.names.push(name);
  }
  return [...groups.values()];
}

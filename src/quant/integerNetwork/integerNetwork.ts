import type { Multiplier, NormConstants, RotaryTables, Twiddles } from "../integer/index.ts";
import type { Precision } from "../readAs.ts";

/** A tensor of an integer network, row major; each step says how it cuts it into rows. */
export interface IntegerTensor {
  readonly name: string;
  readonly precision: Precision;
  readonly length: number;
  /** `real = scale · integer`; nothing computes with it. */
  readonly scale: number;
}

/** Index into the tensors of the network. */
export type TensorId = number;

interface Between {
  /** The layer that it belongs to. */
  readonly layer: string;
  readonly input: TensorId;
  readonly output: TensorId;
}

interface Rows {
  readonly rows: number;
  readonly columns: number;
}

/** `x (rows, inner) · weightᵀ + bias`, and a residual. */
export interface LinearStep extends Between {
  readonly op: "linear";
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** (columns, inner) */
  readonly weight: Int8Array;
  /** Of a weight in storage. */
  readonly bits: 8 | 4 | 2;
  readonly bias: Int32Array;
  readonly multipliers: readonly Multiplier[];
  /** `i16` of the scale of the output, which is then `i16`, too. */
  readonly residual?: TensorId;
}

export interface TableStep extends Between {
  readonly op: "table";
  /** 255 entries of the output's precision. */
  readonly table: Int8Array | Int16Array;
}

export interface LayerNormStep extends Between, Rows {
  readonly op: "layerNorm";
  readonly norm: NormConstants;
}

export interface GroupNormStep extends Between, Rows {
  readonly op: "groupNorm";
  readonly norm: NormConstants;
  /** (columns) */
  readonly groupOf: readonly number[];
}

export interface AttentionStep extends Between {
  readonly op: "attention";
  /** `input` holds the queries. */
  readonly keys: TensorId;
  readonly values: TensorId;
  readonly sequences: number;
  readonly length: number;
  readonly heads: number;
  readonly size: number;
  readonly scores: Multiplier;
  readonly mixed: Multiplier;
}

export interface LookupStep extends Between {
  readonly op: "lookup";
  readonly groups: number;
  readonly tokens: number;
  readonly width: number;
  /** (R, width) */
  readonly queries: Int8Array;
  /** (R) */
  readonly scores: readonly Multiplier[];
  readonly mixed: Multiplier;
}

export interface RotaryStep extends Between {
  readonly op: "rotary";
  readonly rows: number;
  readonly heads: number;
  readonly size: number;
  readonly tables: RotaryTables;
  readonly multiplier: Multiplier;
}

export interface FeaturesStep extends Between {
  readonly op: "features";
  readonly patches: number;
  readonly size: number;
  readonly twiddles: Twiddles;
  /** Of each frequency. */
  readonly magnitudes: readonly Multiplier[];
}

/** `input + other`, of one scale; `other` repeats until it is as long. */
export interface AddStep extends Between {
  readonly op: "add";
  readonly other: TensorId;
}

/** `i16` to `i8`. */
export interface NarrowStep extends Between {
  readonly op: "narrow";
  readonly multiplier: Multiplier;
}

/** Axes in another order. */
export interface TransposeStep extends Between {
  readonly op: "transpose";
  readonly shape: readonly number[];
  readonly perm: readonly number[];
}

export type IntegerStep =
  | LinearStep
  | TableStep
  | LayerNormStep
  | GroupNormStep
  | AttentionStep
  | LookupStep
  | RotaryStep
  | FeaturesStep
  | AddStep
  | NarrowStep
  | TransposeStep;

/** A network for windows of one shape in whole numbers alone: what kernels on a chip run, step by step (docs/integer.md). */
export interface IntegerNetwork {
  readonly tensors: readonly IntegerTensor[];
  /** In an order in which every operand is made before it is read. */
  readonly steps: readonly IntegerStep[];
  /** The z-scored signal, `i16` (C, S · P). */
  readonly x: TensorId;
  /** Where the channels are, `i16` (C, D). */
  readonly montage: TensorId;
  /** `i16` (classes) */
  readonly logits: TensorId;
}

/** The tensors that a step reads. */
export function readsOf(step: IntegerStep): TensorId[] {
  switch (step.op) {
    case "linear":
      return step.residual === undefined ? [step.input] : [step.input, step.residual];
    case "attention":
      return [step.input, step.keys, step.values];
    case "add":
      return [step.input, step.other];
    default:
      return [step.input];
  }
}

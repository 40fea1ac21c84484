import type { Algebra } from "./algebra.ts";
import type { TensorType } from "./tensor.ts";

/** A named edge of the graph: an input, a parameter, a constant or the output of a node. Compared by identity. */
export interface Value extends TensorType {
  readonly name: string;
}

/** Attribute values; the names are ONNX's own. */
export type AttrValue = number | string | readonly number[];
export type Attrs = Readonly<Record<string, AttrValue>>;

/** What a call of an operator says: operands, attributes, how many outputs it wants. */
export interface Arranged<A extends Attrs> {
  readonly inputs: readonly (Value | undefined)[];
  readonly attrs: A;
}

/** What the gradient rule of an operator sees of one of its applications. */
export interface Pullback<A extends Attrs> {
  /** Builds the nodes of the gradient. */
  readonly g: Algebra;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attrs: A;
  /** Gradient of the loss with respect to each output; undefined where it is zero. */
  readonly grads: readonly (Value | undefined)[];
  /** Whether the gradient with respect to input i is wanted. */
  needs(i: number): boolean;
  /** Names the node in errors. */
  readonly where: string;
}

/**
 * How gradients pass an operator: a rule that gives the gradient per input (undefined where it is zero or not wanted);
 * "zero" where the outputs are constant almost everywhere (shapes, comparisons);
 * "composite" where the operator is written out in others (`expand`), whose rules then apply.
 */
export type Vjp<A extends Attrs> = ((p: Pullback<A>) => readonly (Value | undefined)[]) | "zero" | "composite";

/** The gradient of one value with respect to others, whatever stands between them. */
export interface GradientRule {
  readonly inputs: readonly Value[];
  /** Gradient per input; undefined where it is zero. */
  rule(dy: Value): readonly (Value | undefined)[];
}

/**
 * An operator of the graph: how it is called, the types of its outputs, how ONNX spells it.
 * Adding an op is one file with one of these, one line in `ops/index.ts` and a test.
 */
export interface OpDef<Args extends readonly never[] | readonly unknown[], A extends Attrs, Out extends number> {
  /** ONNX operator type. */
  readonly type: string;
  /** ONNX domain; "" is the standard one. */
  readonly domain?: "" | "com.microsoft";
  /** Number of outputs; 1 if not given. */
  readonly outputs?: Out;
  /** Attributes that ONNX passes as trailing constant int64 inputs, in this order. */
  readonly constantInputs?: readonly (keyof A & string)[];
  /** Attributes whose ONNX type is float, also where their value is whole. */
  readonly floatAttrs?: readonly (keyof A & string)[];
  /** Attributes that only this graph knows; ONNX never sees them. */
  readonly localAttrs?: readonly (keyof A & string)[];
  /** Those attributes, as the type of the first output tells them; a file states that type. */
  readonly localAttrsOf?: (output: TensorType) => Attrs;
  /** Attributes that ONNX assumes where a file leaves them out. */
  readonly onnxDefaults?: Attrs;
  call(...args: Args): Arranged<A>;
  infer(inputs: readonly TensorType[], attrs: A, where: string): readonly TensorType[];
  /** The rule of reverse-mode differentiation. An operator without one does not compile. */
  readonly vjp: Vjp<A>;
  /** The outputs written out in plain operators; for "composite". */
  expand?(g: Algebra, inputs: readonly (Value | undefined)[], attrs: A): readonly (Value | undefined)[];
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds ops of every signature
export type AnyOp = OpDef<any, any, number>;

/** Keeps the literal types of a definition; adds nothing. */
export function defineOp<Args extends readonly unknown[], A extends Attrs, Out extends number = 1>(
  def: OpDef<Args, A, Out>,
): OpDef<Args, A, Out> {
  return def;
}

/** One application of an operator. */
export interface GraphNode {
  readonly name: string;
  readonly op: AnyOp;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attrs: Attrs;
}

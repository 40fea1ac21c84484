import { GraphError } from "../errors.ts";
import type { GraphBuilder } from "./builder.ts";
import { shapeText } from "./dim.ts";
import { expandLike } from "./expandLike.ts";
import { operandsOf } from "./graph.ts";
import type { AnyOp, GraphNode, Value } from "./op.ts";
import { scalarLike } from "./scalarLike.ts";
import type { TensorType } from "./tensor.ts";

/**
 * Reverse-mode differentiation: adds the nodes that compute `∂loss/∂v` for every `v` to the builder.
 * The rule of each operator stands in its own file (`vjp`).
 * At kinks it is a subgradient: 0 for `abs` at 0; equal operands and equal extremes share evenly.
 * @param loss a float scalar
 * @param wrt float inputs, parameters or values on the way to the loss
 * @returns gradients of the shape of each value; a value that the loss does not depend on gets zeros
 * @throws GraphError where the loss is no scalar, a value is not float, or a rule does not cover its node
 */
export function gradients(g: GraphBuilder, loss: Value, wrt: readonly Value[]): Value[] {
  checkKind(loss, loss.shape.length === 0, "is no loss", "a float scalar");
  for (const value of wrt) checkKind(value, true, "has no gradient", "a float value");
  const tape: Tape = { g, active: new Set(wrt), grads: new Map([[loss, scalarLike(g, 1, loss)]]) };
  const forward = [...g.nodes];
  markActive(tape, forward);
  pullBack(tape, forward);
  return wrt.map((value) => tape.grads.get(value) ?? expandLike(g, scalarLike(g, 0, value), value));
}

function checkKind(value: Value, holds: boolean, what: string, expected: string): void {
  if (holds && isFloat(value)) return;
  throw new GraphError({ where: value.name, what, expected, got: typeText(value) });
}

const isFloat = ({ dtype }: TensorType): boolean => dtype.startsWith("float");

const typeText = ({ dtype, shape }: TensorType): string => `${dtype} ${shapeText(shape)}`;

interface Tape {
  readonly g: GraphBuilder;
  /** Values that depend on what gradients are wanted for. */
  readonly active: Set<Value>;
  readonly grads: Map<Value, Value>;
}

function markActive({ g, active }: Tape, nodes: readonly GraphNode[]): void {
  for (const node of nodes) {
    const own = node.op.vjp === "zero" ? [] : operandsOf(node);
    const from = g.gradientRules.get(node.outputs[0])?.inputs ?? own;
    if (!from.some((v) => active.has(v))) continue;
    for (const value of node.outputs) if (isFloat(value)) active.add(value); // integers have no slope
  }
}

function pullBack(tape: Tape, nodes: readonly GraphNode[]): void {
  for (const node of nodes.toReversed()) {
    const reached = node.outputs.some((v) => tape.active.has(v) && tape.grads.has(v));
    if (reached) tape.g.scope(`d/${node.name}`, () => pullBackNode(tape, node));
  }
}

function pullBackNode(tape: Tape, node: GraphNode): void {
  const { vjp } = node.op;
  const whole = tape.g.gradientRules.get(node.outputs[0]);
  if (whole !== undefined) passOn(tape, node, whole.inputs, whole.rule(tape.grads.get(node.outputs[0])!));
  else if (vjp === "composite") pullBackComposite(tape, node);
  else if (vjp !== "zero") pullBackRule(tape, node, vjp);
}

function pullBackRule(tape: Tape, node: GraphNode, vjp: Exclude<AnyOp["vjp"], string>): void {
  const { g, grads } = tape;
  const given = vjp({
    g,
    inputs: node.inputs as readonly Value[],
    outputs: node.outputs,
    attrs: node.attrs,
    grads: node.outputs.map((v) => grads.get(v)),
    needs: (i: number) => isActive(tape, node.inputs[i]),
    where: node.name,
  });
  passOn(tape, node, node.inputs, given);
}

/** Add gradients to those that the values have already. */
function passOn(
  { g, active, grads }: Tape,
  node: GraphNode,
  to: readonly (Value | undefined)[],
  given: readonly (Value | undefined)[],
): void {
  to.forEach((value, i) => {
    const gradient = given[i];
    if (value === undefined || gradient === undefined || !active.has(value)) return;
    if (typeText(gradient) !== typeText(value)) {
      const [expected, got] = [typeText(value), typeText(gradient)];
      throw new GraphError({ where: node.name, what: "the gradient has another type than its operand", expected, got });
    }
    const known = grads.get(value);
    grads.set(value, known === undefined ? gradient : g.add(known, gradient));
  });
}

const isActive = ({ active }: Tape, value: Value | undefined): boolean => value !== undefined && active.has(value);

/** Write the node out in plain operators and pull the gradients of its outputs through those. */
function pullBackComposite(tape: Tape, node: GraphNode): void {
  const { g, grads } = tape;
  if (node.op.expand === undefined) {
    throw new GraphError({ where: node.name, what: `${node.op.type} has no form in plain operators` });
  }
  const before = g.nodes.length;
  const outputs: readonly (Value | undefined)[] = node.op.expand(g, node.inputs, node.attrs);
  const inner = g.nodes.slice(before);
  markActive(tape, inner);
  outputs.forEach((value, i) => {
    const gradient = grads.get(node.outputs[i]);
    if (gradient === undefined) return;
    if (value === undefined) throw new GraphError({ where: node.name, what: `output ${i} has no gradient` });
    grads.set(value, gradient);
  });
  pullBack(tape, inner);
}

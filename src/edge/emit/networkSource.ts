import type { Multiplier, NormConstants } from "../../quant/integer/index.ts";
import type { IntegerNetwork, IntegerStep, TensorId } from "../../quant/integerNetwork/index.ts";
import { packLinear } from "../kernels/packLinear.ts";
import type { MemoryPlan } from "../plan/planMemory.ts";
import type { Target } from "../targets/target.ts";
import { ConstantPool } from "./constantPool.ts";
import { swapOf } from "./swapOf.ts";

/** A network as C: one call of a kernel after the other, on addresses that are known ahead. */
export interface NetworkSource {
  /** network.h: where inputs and results lie, how to run it. */
  readonly header: string;
  /** network.c */
  readonly source: string;
  /** What it reads as `panluna_constants`: weights, biases, multipliers, tables, the montage. */
  readonly constants: Uint8Array;
}

/**
 * Write a network as calls of the kernels of src/edge/c.
 * @param montage (C, D) of the channels that it will be shown, in the scale of its tensor
 * @throws UsageError for a step that no kernel takes
 */
export function networkSource(
  network: IntegerNetwork,
  plan: MemoryPlan,
  target: Target,
  montage: Int16Array,
): NetworkSource {
  const writing = { network, plan, target, pool: new ConstantPool() };
  const place = `arena + ${plan.offsets[network.montage]}`;
  const copied = `memcpy(${place}, panluna_constants + ${writing.pool.add(montage)}, ${2 * montage.length});`;
  const body = network.steps.map((step, at) => block(writing, step, at)).join("\n");
  const source = `${HEAD}\nvoid panluna_run(uint8_t *arena) {\n  ${copied} /* where the channels are */\n${body}\n}\n`;
  const constants = writing.pool.bytes;
  return { header: headerText(network, plan, constants.length), source, constants };
}

function headerText({ tensors, x, logits }: IntegerNetwork, plan: MemoryPlan, constants: number): string {
  return `/* A network for windows of one shape, in whole numbers. */
#ifndef PANLUNA_NETWORK_H
#define PANLUNA_NETWORK_H

#include <stdint.h>

/** Bytes of memory that the network needs, aligned to 16; inputs and logits lie in it. */
#define PANLUNA_ARENA_BYTES ${plan.bytes}
/** Where the z-scored signal goes: int16 (channels, samples) in units of 1/1024; it is overwritten. */
#define PANLUNA_X_OFFSET ${plan.offsets[x]}
#define PANLUNA_X_COUNT ${tensors[x].length}
/** Where the logits come: int16, of one scale. */
#define PANLUNA_LOGITS_OFFSET ${plan.offsets[logits]}
#define PANLUNA_LOGITS_COUNT ${tensors[logits].length}

/** Weights, biases, multipliers, tables; aligned to 16. */
#define PANLUNA_CONSTANT_BYTES ${constants}
extern const uint8_t panluna_constants[];

/** Run the network on the signal in the arena. */
void panluna_run(uint8_t *arena);

#endif
`;
}

const HEAD = `#include "network.h"

#include <string.h>

#include "add16.h"
#include "frequency_features.h"
#include "linear.h"
#include "norm.h"
#include "requantize16.h"
#include "rotary.h"
#include "softmax_attention.h"
#include "swap_axes.h"
#include "table.h"

/* Told of every result when it is there; programs that check results define it. */
#ifndef PANLUNA_TRACE
#define PANLUNA_TRACE(step, data, bytes)
#endif

#define CONSTANT(type, offset) ((const type *)(const void *)(panluna_constants + (offset)))
#define PLACE(type, offset) ((type *)(void *)(arena + (offset)))
`;

interface Writing {
  readonly network: IntegerNetwork;
  readonly plan: MemoryPlan;
  readonly target: Target;
  readonly pool: ConstantPool;
}

function block(writing: Writing, step: IntegerStep, at: number): string {
  const { network, plan } = writing;
  const { precision, length } = network.tensors[step.output];
  const bytes = (precision === "i8" ? 1 : 2) * length;
  const lines = [
    ...statements(writing, step, at),
    `PANLUNA_TRACE(${at}, arena + ${plan.offsets[step.output]}, ${bytes});`,
  ];
  return [`  { /* ${step.layer} */`, ...lines.map((line) => `    ${line}`), "  }"].join("\n");
}

function statements(writing: Writing, step: IntegerStep, at: number): string[] {
  const { network, pool, plan } = writing;
  const place = (id: TensorId) =>
    `PLACE(${network.tensors[id].precision === "i8" ? "int8_t" : "int16_t"}, ${plan.offsets[id]})`;
  const constant = (type: string, values: Parameters<ConstantPool["add"]>[0]) =>
    `CONSTANT(${type}, ${pool.add(values)})`;
  const [x, y] = [place(step.input), place(step.output)];
  const scratch = plan.scratch[at] === undefined ? "0" : `PLACE(int16_t, ${plan.scratch[at]})`;
  switch (step.op) {
    case "linear":
      return linear(writing, step, {
        x,
        y,
        scratch,
        residual: step.residual === undefined ? undefined : place(step.residual),
      });
    case "table":
      return step.table instanceof Int8Array
        ? [`pl_table_s8(${x}, ${network.tensors[step.input].length}, ${constant("int8_t", step.table)}, ${y});`]
        : [`pl_table_s8_s16(${x}, ${network.tensors[step.input].length}, ${constant("int16_t", step.table)}, ${y});`];
    case "layerNorm":
      return [
        norm(writing, step.norm),
        `pl_layer_norm_${suffix(network, step.input)}(${x}, ${step.rows}, ${step.columns}, &norm, ${y});`,
      ];
    case "groupNorm": {
      const groups = new Set(step.groupOf).size;
      const table = constant("uint8_t", Uint8Array.from(step.groupOf));
      return [
        norm(writing, step.norm),
        `pl_group_norm_${suffix(network, step.input)}(${x}, ${step.rows}, ${step.columns}, ${table}, ${groups}, &norm, ${y});`,
      ];
    }
    case "attention": {
      const { sequences, length, heads, size } = step;
      const width = heads * size;
      const shape = [length, length, heads, size, width, width, width, width].join(", ");
      const operands = [x, place(step.keys), place(step.values)].map((operand) => `${operand} + s * ${length * width}`);
      return [
        `static const pl_attention_shape shape = {${shape}};`,
        `const pl_scale scores = ${scale(step.scores)}, mixed = ${scale(step.mixed)};`,
        `for (int32_t s = 0; s < ${sequences}; s++) {`,
        `  pl_attention_s8(${operands.join(", ")}, &shape, scores, mixed, ${y} + s * ${length * width}, ${scratch});`,
        "}",
      ];
    }
    case "lookup": {
      const { groups, tokens, width, queries } = step;
      const scores = constant("pl_scale", scales(step.scores));
      return [
        `static const pl_query_attention_shape shape = {${[step.scores.length, tokens, width, width].join(", ")}};`,
        `const pl_scale mixed = ${scale(step.mixed)};`,
        `for (int32_t g = 0; g < ${groups}; g++) {`,
        `  pl_query_attention_s8(${constant("int8_t", queries)}, ${x} + g * ${tokens * width}, &shape, ${scores}, mixed, ${y} + g * ${queries.length}, ${scratch});`,
        "}",
      ];
    }
    case "rotary": {
      const { rows, heads, size, tables, multiplier } = step;
      const waves = [constant("int16_t", tables.cos), constant("int16_t", tables.sin)].join(", ");
      return [
        `static const pl_rotary_shape shape = {${[rows, heads, size, heads * size, heads * size].join(", ")}};`,
        `const pl_scale by = ${scale(multiplier)};`,
        `pl_rotary_s16(${x}, ${waves}, &shape, by, ${y});`,
      ];
    }
    case "features": {
      const waves = [constant("int16_t", step.twiddles.cos), constant("int16_t", step.twiddles.sin)].join(", ");
      const magnitudes = constant("pl_scale", scales(step.magnitudes));
      return [
        `static const pl_frequency_shape shape = {${[step.patches, step.size, step.size / 2 + 1].join(", ")}};`,
        `pl_frequency_features_s16(${x}, ${waves}, &shape, ${magnitudes}, ${y});`,
      ];
    }
    case "add": {
      const { length } = network.tensors[step.other];
      const times = network.tensors[step.input].length / length;
      return [
        `for (int32_t i = 0; i < ${times}; i++) {`,
        `  pl_add_s16(${x} + i * ${length}, ${place(step.other)}, ${length}, ${y} + i * ${length});`,
        "}",
      ];
    }
    case "narrow":
      return [
        `const pl_scale by = ${scale(step.multiplier)};`,
        `pl_requantize_s16(${x}, ${network.tensors[step.input].length}, by, ${y});`,
      ];
    case "transpose":
      return [`pl_swap_axes_s16(${x}, ${swapOf(step).join(", ")}, ${y});`];
  }
}

interface LinearPlaces {
  readonly x: string;
  readonly y: string;
  readonly scratch: string;
  readonly residual?: string;
}

type LinearStep = Extract<IntegerStep, { op: "linear" }>;

function linear(
  { network, pool, target }: Writing,
  { weight, bias, multipliers, columns, inner, bits, rows, input, output }: LinearStep,
  { x, y, scratch, residual }: LinearPlaces,
): string[] {
  const packed = packLinear(
    {
      weights: weight,
      bias,
      multiplier: Int32Array.from(multipliers, ({ m }) => m),
      shift: Int32Array.from(multipliers, ({ shift }) => shift),
      cols: columns,
      inner,
      bits,
    },
    target.linear.layout,
  );
  const tables = [`CONSTANT(int8_t, ${pool.add(packed.weights)})`, `CONSTANT(int32_t, ${pool.add(packed.bias)})`];
  const fields = [
    ...tables,
    `CONSTANT(pl_scale, ${pool.add(packed.scale)})`,
    inner,
    columns,
    Number(packed.small),
    bits,
  ];
  const width = network.tensors[input].precision === "i16" ? "16" : "";
  const kind = residual !== undefined ? "add" : network.tensors[output].precision === "i8" ? "s8" : "s16";
  const operands = [x, rows, ...(residual === undefined ? [] : [residual]), y, scratch];
  return [
    `static const pl_linear layer = {${fields.join(", ")}};`,
    `pl_linear${width}_${kind}(&layer, ${operands.join(", ")});`,
  ];
}

function norm({ pool }: Writing, { epsilon, root, output, affine }: NormConstants): string {
  const gamma = affine === undefined ? "0" : `CONSTANT(int16_t, ${pool.add(affine.gamma)})`;
  const beta = affine === undefined ? "0" : `CONSTANT(int32_t, ${pool.add(affine.beta)})`;
  return `static const pl_norm norm = {UINT64_C(${epsilon}), ${scale(root)}, ${scale(output)}, ${gamma}, ${beta}};`;
}

const scale = ({ m, shift }: Multiplier): string => `{${m}, ${shift}}`;

const scales = (multipliers: readonly Multiplier[]): Int32Array =>
  Int32Array.from(multipliers.flatMap(({ m, shift }) => [m, shift]));

const suffix = ({ tensors }: IntegerNetwork, id: TensorId): string => (tensors[id].precision === "i8" ? "s8" : "s16");

import { GraphError } from "../errors.ts";
import { float32, type Graph, type Tensor, type Value } from "../graph/index.ts";
import { mergeLora, modelFromCheckpoint, type OpenNetwork, openPanluna, type PanlunaModel } from "../model/index.ts";
import type { Engine, Feeds, FeedTensor, SessionOptions } from "../runtime/session.ts";
import { binaryCrossEntropy, crossEntropy, reconstructionLosses } from "../train/losses.ts";
import type { CaseInfo, ConformanceCase } from "./caseFolder.ts";

/** How far one tensor is from the authors' value. */
export interface TensorCheck {
  readonly tensor: string;
  /** Largest absolute difference; NaN where shapes or values cannot be compared. */
  readonly error: number;
  /** Largest difference allowed; 0 means bit for bit. */
  readonly tolerance: number;
  readonly ok: boolean;
}

/** The result of one case. */
export interface CaseResult {
  readonly name: string;
  readonly ok: boolean;
  readonly checks: readonly TensorCheck[];
  /** Parts of the case that were not run, each with its reason. */
  readonly skipped: readonly string[];
}

/** How to run cases. */
export interface ConformanceOptions extends SessionOptions {
  /** Factor on every stated tolerance: 1 on CPU providers, more where a provider's arithmetic is coarser. */
  readonly toleranceFactor?: number;
}

/** Values that a user gets; their tolerance is `forward`, that of everything between is `intermediate`. */
const FORWARD = new Set(["reconstruction", "logits"]);

/** Run one case through the same graph and session as any user and compare every tensor. */
export async function runCase(
  engine: Engine,
  testCase: ConformanceCase,
  { toleranceFactor = 1, ...session }: ConformanceOptions = {},
): Promise<CaseResult> {
  const model = modelOf(testCase);
  const { info, expected } = testCase;
  const actual = await evaluate(engine, buildGraph(model, testCase), testCase, session);
  const trained = info.kind === "train";
  const names = [...expected.keys()].filter((name) => actual[name] !== undefined);
  const checks = names.map((name) => compare(name, actual[name], expected.get(name)!, info, toleranceFactor));
  return {
    name: info.name,
    ok: checks.every(({ ok }) => ok),
    checks,
    skipped: trained ? ["optimiser steps (losses are compared before the first step)"] : [],
  };
}

function modelOf({ info, weights, lora }: ConformanceCase): PanlunaModel {
  const merged = lora === undefined ? weights : mergeLora(weights, { tensors: lora, scaling: info.lora?.scaling ?? 1 });
  const model = modelFromCheckpoint(merged, { name: `${info.name}/weights.safetensors` });
  const { patch_size, embed_dim, num_heads, depth, num_queries, mlp_ratio } = info.model;
  const { sizes } = model;
  const stated = [patch_size, embed_dim, num_heads, depth, num_queries, mlp_ratio].join();
  const found = [sizes.patchSize, sizes.embedDim, sizes.numHeads, sizes.depth, sizes.numQueries, sizes.mlpRatio].join();
  if (stated === found) return model;
  throw new GraphError({
    where: info.name,
    what: "case.json and weights disagree on the sizes",
    expected: stated,
    got: found,
  });
}

function buildGraph(model: PanlunaModel, { info, expected }: ConformanceCase): Graph {
  const open = openPanluna(model, { masked: info.task === "reconstruct" });
  const losses = lossesOf(open, model, info);
  const outputs = [...expected.keys()].flatMap((name): [string, Value][] => {
    if (name === "grad_norm") return [];
    return [[name, losses[name] ?? open.value(name)]];
  });
  return open.finish(Object.fromEntries(outputs));
}

function lossesOf({ g, value }: OpenNetwork, { sizes }: PanlunaModel, info: CaseInfo): Record<string, Value> {
  if (info.task === "reconstruct") {
    const { masked, unmasked, specialization, total } = reconstructionLosses(g, {
      reconstruction: value("reconstruction"),
      x: value("x"),
      mask: value("mask"),
      scores: value("cross_attn.scores"),
      patchSize: sizes.patchSize,
    });
    return {
      "loss.masked": masked,
      "loss.unmasked": unmasked,
      "loss.query_specialization": specialization,
      "loss.total": total,
    };
  }
  const logits = value("logits");
  const label = g.input("label", "float32", logits.shape);
  return info.loss === "bce"
    ? { "loss.bce": binaryCrossEntropy(g, logits, label) }
    : { "loss.cross_entropy": crossEntropy(g, logits, label) };
}

async function evaluate(
  engine: Engine,
  graph: Graph,
  testCase: ConformanceCase,
  options: SessionOptions,
): Promise<Record<string, FeedTensor>> {
  const session = await engine.createSession(graph, options);
  try {
    return await session.run(feedsOf(graph, testCase));
  } finally {
    await session.close();
  }
}

function feedsOf(graph: Graph, { info, inputs }: ConformanceCase): Feeds {
  const feeds: Record<string, FeedTensor> = {};
  for (const { name } of graph.inputs) {
    const given = inputs.get(name);
    if (given === undefined) continue; // the session names what is missing
    if (name === "mask") feeds[name] = patchMask(given, info.model.patch_size);
    else if (name === "label" && given.dtype === "int32") feeds[name] = oneHot(given, info.model.num_classes);
    else feeds[name] = given;
  }
  return feeds;
}

/** (B, C, T) with a constant value over each patch → (B, C, S). */
function patchMask({ shape: [b, c, t], data }: Tensor, patchSize: number): FeedTensor {
  const patches = t / patchSize;
  const mask = Uint8Array.from({ length: b * c * patches }, (_, i) => Number(data[i * patchSize]));
  return { dtype: "bool", shape: [b, c, patches], data: mask };
}

function oneHot({ data, shape: [batch] }: Tensor, classes: number): FeedTensor {
  const rows = new Float32Array(batch * classes);
  for (let i = 0; i < batch; i++) rows[i * classes + Number(data[i])] = 1;
  return float32(rows, [batch, classes]);
}

function compare(
  tensor: string,
  { data: actual }: FeedTensor,
  { data: expected }: Tensor,
  { kind, tolerances }: CaseInfo,
  factor: number,
): TensorCheck {
  const count = kind === "train" ? 1 : expected.length; // training cases list one value per step
  let error = actual.length === count ? 0 : Number.NaN;
  for (let i = 0; i < count; i++) {
    const difference = Math.abs(Number(actual[i]) - Number(expected[i]));
    if (!(difference <= error)) error = difference;
  }
  const tolerance = factor * toleranceOf(tensor, tolerances);
  return { tensor, error, tolerance, ok: error <= tolerance };
}

function toleranceOf(tensor: string, { forward = 0, intermediate = 0, loss = 0 }: CaseInfo["tolerances"]): number {
  if (tensor === "channel_locations_normalised") return 0;
  if (tensor.startsWith("loss.")) return loss;
  return FORWARD.has(tensor) ? forward : intermediate;
}

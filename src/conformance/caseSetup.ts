import { GraphError } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { type LoraAdapters, modelFromCheckpoint, type PanlunaModel, parameterSpecs } from "../model/index.ts";
import { labelledObjective } from "../train/objective/labelled.ts";
import type { Objective } from "../train/objective/objective.ts";
import { reconstructionObjective } from "../train/objective/reconstruction.ts";
import { type ParameterRule, parameterRules, type TrainableTensor } from "../train/optimizer/groups.ts";
import type { ConformanceCase } from "./caseFolder.ts";
import type { CaseInfo } from "./caseInfo.ts";

/** A case as a training sees it: model, adapters, what learns, for what. */
export interface CaseSetup {
  readonly model: PanlunaModel;
  readonly lora?: LoraAdapters;
  /** What is trained, in the order of the state dict, adapters last. */
  readonly rules: ReadonlyMap<string, ParameterRule>;
  /** The trained tensors. */
  readonly trained: ReadonlyMap<string, Tensor>;
  readonly objective: Objective;
  /** The authors' names of the objective's parts. */
  readonly lossNames: Readonly<Record<string, string>>;
}

/** @throws WeightsError where the weights are no model, GraphError where case.json states other sizes */
export function setUpCase(testCase: ConformanceCase): CaseSetup {
  const { info, weights } = testCase;
  const model = modelFromCheckpoint(weights, { name: `${info.name}/weights.safetensors` });
  checkSizes(model, info);
  const lora = testCase.lora && { tensors: testCase.lora, scaling: info.lora?.scaling ?? 1 };
  const rules = rulesOf(model, lora, info);
  const tensors = new Map([...model.weights, ...(lora?.tensors ?? [])]);
  return {
    model,
    ...(lora && { lora }),
    rules,
    trained: new Map([...rules.keys()].map((name) => [name, tensors.get(name)!])),
    objective: objectiveOf(info),
    lossNames: lossNamesOf(info),
  };
}

function rulesOf({ sizes, head }: PanlunaModel, lora: LoraAdapters | undefined, { optimizer }: CaseInfo) {
  const adapters = [...(lora?.tensors ?? [])].map(([name, { shape }]): TrainableTensor => ({ name, shape }));
  return parameterRules([...parameterSpecs(sizes, head), ...adapters], {
    mode: lora === undefined ? "full" : "lora",
    decay: (optimizer?.decay_every_parameter ?? true) ? "all" : "matrices",
    depth: sizes.depth,
  });
}

function objectiveOf({ task, loss, model }: CaseInfo): Objective {
  if (task === "reconstruct") return reconstructionObjective(model.patch_size);
  return labelledObjective({ kind: loss === "bce" ? "multilabel" : "multiclass" });
}

function lossNamesOf({ task, loss }: CaseInfo): Record<string, string> {
  if (task === "classify") return { loss: `loss.${loss}` };
  return {
    loss: "loss.total",
    masked: "loss.masked",
    unmasked: "loss.unmasked",
    specialization: "loss.query_specialization",
  };
}

function checkSizes({ sizes, head }: PanlunaModel, { name, model }: CaseInfo): void {
  const { patch_size, embed_dim, num_heads, depth, num_queries, mlp_ratio, num_classes } = model;
  const classes = head.kind === "classify" ? head.numClasses : 0;
  const stated = [patch_size, embed_dim, num_heads, depth, num_queries, mlp_ratio, num_classes].join();
  const found = [
    sizes.patchSize,
    sizes.embedDim,
    sizes.numHeads,
    sizes.depth,
    sizes.numQueries,
    sizes.mlpRatio,
    classes,
  ];
  if (stated === found.join()) return;
  throw new GraphError({
    where: name,
    what: "case.json and weights disagree on the sizes",
    expected: stated,
    got: found.join(),
  });
}

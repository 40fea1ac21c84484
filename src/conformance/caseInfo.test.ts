import { describe, expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { parseCaseInfo } from "./caseInfo.ts";

const model = { patch_size: 16, embed_dim: 16, num_heads: 2, depth: 1, num_queries: 2, mlp_ratio: 2, num_classes: 0 };
const optimizer = { lr: 1e-3, betas: [0.9, 0.98], eps: 1e-8, weight_decay: 0.05, clip_norm: 0.1, steps: 5 };
const sound = { name: "x", task: "reconstruct", kind: "train", loss: "smooth_l1", model, tolerances: {}, optimizer };

const parse = (fields: object) => parseCaseInfo(new TextEncoder().encode(JSON.stringify(fields)));

describe("case.json", () => {
  test("a tolerance that is not stated allows nothing", () => {
    const { tolerances } = parse({ ...sound, tolerances: { loss: 1e-6 } });
    expect(tolerances).toMatchObject({ loss: 1e-6, forward: 0, grad_abs: 0, grad_rel: 0, param_max: 0 });
  });

  test("what decides nothing is left aside", () => {
    expect(parse({ ...sound, notes: [1, 2], source: null })).not.toHaveProperty("notes");
  });

  test.each([
    ["an unknown kind", { kind: "distil" }, "kind"],
    ["a loss that is none", { task: "classify", loss: "hinge" }, "loss"],
    ["a tolerance that is no number", { tolerances: { loss: "1e9" } }, "tolerances.loss"],
    ["a negative tolerance", { tolerances: { grad_abs: -1 } }, "tolerances.grad_abs"],
    ["a size that is no number", { model: { ...model, depth: "2" } }, "model.depth"],
    ["no sizes", { model: {} }, "model.patch_size"],
    ["half a class", { model: { ...model, num_classes: 2.5 } }, "model.num_classes"],
    ["no optimiser", { optimizer: undefined }, "optimizer"],
    ["another optimiser", { optimizer: { ...optimizer, type: "SGD" } }, "optimizer"],
    ["steps without end", { optimizer: { ...optimizer, steps: 1e9 } }, "optimizer.steps"],
    ["one beta", { optimizer: { ...optimizer, betas: [0.9] } }, "optimizer.betas"],
    ["a beta of 1", { optimizer: { ...optimizer, betas: [0.9, 1] } }, "optimizer.betas"],
    ["no rate", { optimizer: { ...optimizer, lr: null } }, "optimizer.lr"],
    ["adapters without a scaling", { kind: "lora", lora: {} }, "lora.scaling"],
    ["a span that ends before it starts", { skip_parameters: [{ name: "w", start: 4, end: 2 }] }, "skip_parameters"],
    ["a span without a name", { zero_gradient_by_theory: [{ start: 0, end: 2 }] }, "zero_gradient_by_theory"],
    ["spans that are no list", { skip_parameters: { length: 1e9 } }, "skip_parameters"],
    ["frozen names that are none", { frozen: [1] }, "frozen"],
    ["a list of files that is none", { files: "all" }, "files"],
  ])("with %s is refused by the field's name", (_, change, field) => {
    expect(() => parse({ ...sound, ...change })).toThrow(FormatError);
    expect(() => parse({ ...sound, ...change })).toThrow(`case.json: "${field}" cannot be`);
  });
});

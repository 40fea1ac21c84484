import type { RangeRule } from "../../quant/index.ts";
import { evaluateFlags } from "../evaluate/flags.ts";
import { choice, type FlagValues, number, refuse, text, toggle, type Valued, whole } from "../flags.ts";

const range: Valued<RangeRule> = {
  kind: "value",
  placeholder: "mse|max|SHARE",
  help: "what int8 tensors are to hold: least squared error, all values, or a share of them such as 0.9999 (mse)",
  parse(value, flag) {
    if (value === "mse" || value === "max") return value;
    const share = /^(0?\.\d+|1)$/.test(value.trim()) ? Number(value) : 0;
    return share > 0 ? share : refuse(flag, "mse, max or a share above 0 up to 1", value);
  },
};

const { store, encoder, head, anyEncoder, splitFile, folds, fold, val, test, splitSeed } = evaluateFlags;
const { draws, seed, threads, batch } = evaluateFlags;

export const quantizeFlags = {
  weights: choice(
    ["8", "4", "2", "auto"],
    "bits of the weights (8), or as few for each layer as --target allows; activations have 8 and 16",
  ),
  target: number("DB", "with --weights auto: signal to quantisation noise of the logits (3 dB below that of 8 bits)"),
  range,
  calibration: whole("N", "windows of training people to choose ranges by (64)", { from: 8, to: 100_000 }),
  effects: toggle("round each layer alone, too, and see what it does to the logits (minutes)"),
  output: text("FOLDER", "write model.onnx, model.quantized.safetensors, quantization.json and noise.svg"),
  ...{ store, encoder, head, anyEncoder, splitFile, folds, fold, val, test, splitSeed },
  ...{ draws, seed, threads, batch },
};

export type QuantizeFlags = FlagValues<typeof quantizeFlags>;

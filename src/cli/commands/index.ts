import type { Command } from "../defineCommand.ts";

interface Entry {
  /** One line of `panluna --help`, which loads no command. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command, in the order of the help. */
export const COMMANDS = {
  demo: {
    summary: "Take the recordings of the package from file to picture",
    load: async () => (await import("./demo.ts")).demo,
  },
  inspect: {
    summary: "Show what a recording holds and what the model would take of it",
    load: async () => (await import("./inspect.ts")).inspect,
  },
  prepare: {
    summary: "Turn a folder of recordings into a store of windows to train on",
    load: async () => (await import("./prepare.ts")).prepare,
  },
  pretrain: {
    summary: "Learn from recordings without labels, by filling in what is hidden",
    load: async () => (await import("./pretrain.ts")).pretrain,
  },
  finetune: {
    summary: "Train the model for a task with labels",
    load: async () => (await import("./finetune.ts")).finetune,
  },
  evaluate: {
    summary: "Judge a fine-tuned model: metrics with intervals, ablation, report",
    load: async () => (await import("./evaluate.ts")).evaluate,
  },
  quantize: {
    summary: "Round a fine-tuned model to integers, and see what that costs",
    load: async () => (await import("./quantize.ts")).quantize,
  },
  runs: {
    summary: "Compare training runs: results, settings, curves",
    load: async () => (await import("./runs.ts")).runs,
  },
  predict: {
    summary: "Ask a task about recordings: classes or values over time, and of the whole",
    load: async () => (await import("./predict.ts")).predict,
  },
  embed: {
    summary: "Turn recordings into one embedding per window",
    load: async () => (await import("./embed.ts")).embed,
  },
  reconstruct: {
    summary: "Hide parts of a recording and let the model fill them in",
    load: async () => (await import("./reconstruct.ts")).reconstruct,
  },
  convert: {
    summary: "Write any recording as EDF+",
    load: async () => (await import("./convert.ts")).convert,
  },
  export: {
    summary: "Write the network as .onnx, or its weights",
    load: async () => (await import("./export.ts")).exportModel,
  },
  deploy: {
    summary: "Write a quantised model as a C project for a microcontroller",
    load: async () => (await import("./deploy.ts")).deploy,
  },
  conformance: {
    summary: "Compare this machine's results with the authors' numbers",
    load: async () => (await import("./conformance.ts")).conformance,
  },
  doctor: {
    summary: "Check what this machine has and lacks",
    load: async () => (await import("./doctor.ts")).doctor,
  },
} as const satisfies Record<string, Entry>;

export type CommandName = keyof typeof COMMANDS;

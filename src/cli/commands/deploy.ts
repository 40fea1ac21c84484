import { basename, join } from "node:path";
import { UsageError } from "../../errors.ts";
import { defineCommand } from "../defineCommand.ts";
import { makeDeployment } from "../deploy/makeDeployment.ts";
import { deploymentJson, resultText } from "../deploy/result.ts";
import { writeProject } from "../deploy/writeProject.ts";
import { choice, list, text, whole } from "../flags.ts";

const TARGET_NAMES = ["c99", "rv32imc", "cortex-m4", "cortex-m55"] as const;

export const deploy = defineCommand({
  name: "deploy",
  description:
    "Write a quantised model as a C project for a microcontroller: whole numbers only, static memory, no heap, no libraries. It compiles as it is,\nand its example checks a test vector.",
  args: [{ name: "model", help: "the model.quantized.safetensors that `panluna quantize` wrote" }],
  flags: {
    target: choice(TARGET_NAMES, "what it is to run on (c99: any host)"),
    channels: list("NAME,…", "the channels of the device, in their order: I,II,V1 or FP1,CZ,ECG or PPG"),
    ram: whole("BYTES", "refuse a network that needs more", { from: 1, to: 2 ** 31 }),
    flash: whole("BYTES", "refuse constants that need more", { from: 1, to: 2 ** 31 }),
    output: text("FOLDER", "write the project there; without it, only say what it would take"),
  },
  examples: [
    ["deploy quantised/ptbxl/model.quantized.safetensors --channels I --target cortex-m4", "what one lead takes"],
    [
      "deploy model.quantized.safetensors --channels I,II,V1,V2,V3,V4,V5,V6 --target cortex-m55 --ram 512000 --output firmware",
      "a project that fits 512 kB",
    ],
  ],
  async run({ args: [path], flags }, effects) {
    if (flags.channels === undefined) {
      throw new UsageError({
        where: "deploy",
        what: "needs the channels of the device",
        todo: "Give --channels, e.g. --channels I,II",
      });
    }
    const made = await makeDeployment(
      path,
      { ...flags, channels: flags.channels, target: flags.target ?? "c99" },
      effects,
    );
    if (flags.output !== undefined) await writeProject(flags.output, made.files, effects);
    const out =
      flags.output === undefined ? [] : [...made.files.keys()].map((name) => join(basename(flags.output!), name));
    return { json: { ...deploymentJson(made), out }, text: () => resultText(made, flags.output, effects.terminal) };
  },
});

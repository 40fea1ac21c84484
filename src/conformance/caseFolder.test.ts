import { describe, expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { writeSafetensors } from "../formats/safetensors/safetensors.ts";
import { loadCase } from "./index.ts";

const empty = writeSafetensors(new Map());
const load = (info: string, files: readonly string[] = ["weights", "inputs", "expected"]) =>
  loadCase(async (name) => {
    if (name === "case.json") return new TextEncoder().encode(info);
    return files.includes(name.replace(".safetensors", "")) ? empty : undefined;
  });

const SIZES = '"patch_size":16,"embed_dim":16,"num_heads":2,"depth":1,"num_queries":2,"mlp_ratio":2,"num_classes":2';
const SOUND = `{"name":"x","task":"classify","loss":"bce","model":{${SIZES}},"tolerances":{}}`;

describe("a case folder", () => {
  test("is loaded when case.json describes a case and the files are there", async () => {
    const { info, weights, lora } = await load(SOUND);
    expect([info.name, weights.size, lora]).toEqual(["x", 0, undefined]);
  });

  test.each([
    ["half a file", '{"name": "x",'],
    ["null", "null"],
    ["a list", "[]"],
    ["no model", '{"name":"x","task":"classify","tolerances":{}}'],
    ["an unknown task", SOUND.replace("classify", "dream")],
    ["no tolerances", SOUND.replace('"tolerances"', '"other"')],
  ])("with %s in case.json is a FormatError that says what a case needs", async (_, info) => {
    const error = await load(info).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toContain('case.json: does not describe a case: expected JSON with "name", "task"');
  });

  test("without one of its files says which", async () => {
    await expect(load(SOUND, ["weights", "inputs"])).rejects.toThrow("expected.safetensors: is missing");
    const lora = SOUND.replace('"loss"', '"kind":"lora","lora":{"scaling":2},"loss"');
    await expect(load(lora)).rejects.toThrow("lora.safetensors: is missing");
    const listed = SOUND.replace('"loss"', '"files":["grads.safetensors"],"loss"');
    await expect(load(listed)).rejects.toThrow("grads.safetensors: is missing");
  });
});

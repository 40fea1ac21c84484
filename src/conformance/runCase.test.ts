import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { FIXTURES } from "../../test/fixtures.ts";
import { nodeEngine } from "../runtime/node.ts";
import type { Provider } from "../runtime/session.ts";
import { loadCase, runCase } from "./index.ts";

const root = fileURLToPath(FIXTURES);
const folders = ["given", "full"].flatMap((group) =>
  existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => join(root, group, name)) : [],
);
const cases = folders
  .filter((folder) => existsSync(join(folder, "case.json")))
  .map((folder) => ({ name: basename(folder), folder }));
const caseOf = (folder: string) =>
  loadCase((name) =>
    readFile(join(folder, name)).then(
      (bytes) => new Uint8Array(bytes),
      () => undefined,
    ),
  );

const missed = async (folder: string, provider: Provider) => {
  const { checks } = await runCase(nodeEngine, await caseOf(folder), { provider, threads: 2 });
  expect(checks.length).toBeGreaterThan(2);
  return checks.filter(({ ok }) => !ok);
};

describe.skipIf(cases.length === 0)("the authors' numbers (needs ../shared/fixtures)", () => {
  test.each(cases)("$name", async ({ folder }) => expect(await missed(folder, "cpu")).toEqual([]));
});

const gpuCases = cases.filter(({ name }) => /c_mixed|f_train5|full_/.test(name));
describe.skipIf(gpuCases.length === 0 || process.env.VK_DRIVER_FILES === undefined)(
  "the authors' numbers on WebGPU (needs ../shared/fixtures and VK_DRIVER_FILES)",
  () => {
    test.each(gpuCases)("$name", async ({ folder }) => expect(await missed(folder, "webgpu")).toEqual([]), 300_000);
  },
);

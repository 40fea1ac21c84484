import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { optionsPage } from "../docs/optionsPage.ts";

it("docs/options.md tells the options as they are (npx tsx docs/makeOptions.ts)", () => {
  expect(readFileSync(new URL("../docs/options.md", import.meta.url), "utf8")).toBe(optionsPage());
});

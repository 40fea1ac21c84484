import { describe } from "vitest";
import type { Target } from "../../src/edge/targets/target.ts";
import { missingTool } from "./runOnTarget.ts";

/** Tests that need the tools of a target: without them they skip, and their name says what is missing. */
export function describeOn(target: Target, name: string, tests: () => void): void {
  const missing = missingTool(target);
  const needs = missing === undefined ? "" : ` (needs ${missing})`;
  describe.skipIf(missing !== undefined)(`${name} on ${target.title}${needs}`, tests);
}

import { describe, expect, it } from "vitest";
import { createBuilder, float32 } from "../../graph/index.ts";
import { randomStream } from "../../model/index.ts";
import { nodeEngine } from "../../runtime/node.ts";
import { labelWidth } from "../../store/index.ts";
import { headWidth } from "../../task/index.ts";
import { labelledObjective } from "../objective/labelled.ts";
import { finetuneConfigOf, labelledStore, TASKS, type TaskName } from "../trainer/pairs/fakeTraining.ts";
import { labelRules, massOf, targetsOf } from "./taskLabels.ts";
import { validationLoss } from "./validationLoss.ts";

const store = labelledStore();
const rows = Uint32Array.from({ length: 16 }, (_, row) => row);
const windows = [{ store, rows }];

/** The loss of logits as the graph computes it, without smoothing. */
async function graphLoss(name: TaskName, logits: Float32Array, balanced: boolean) {
  const spec = TASKS[name];
  const config = finetuneConfigOf({ task: name, classWeights: balanced ? "balanced" : "none", labelSmoothing: 0.2 });
  const rules = labelRules(name, spec, windows, config);
  const labels = store.windows.labels.get(name)!;
  const g = createBuilder("loss");
  const given = g.name("logits", g.input("logits", "float32", ["B", headWidth(spec)]));
  const objective = labelledObjective({ kind: spec.kind, positive: rules.positive });
  const { total } = objective.losses({ g, noise: [], value: () => given, finish: (outputs) => g.finish(outputs) });
  const session = await nodeEngine.createSession(g.finish({ loss: total }), { threads: 1 });
  const mass = massOf(
    { step: 0, windows: 16, microBatches: [{ corpus: 0, layout: 0, rows, indices: rows }] },
    [store],
    name,
    rules,
  );
  const { loss } = await session.run({
    logits: float32(logits, [16, headWidth(spec)]),
    target: float32(targetsOf(labels, { ...rules, smoothing: 0 }), [16, headWidth(spec)]),
    window_weight: float32(new Float32Array(16).fill(1 / mass), [16]),
  });
  await session.close();
  return { expected: Number(loss.data[0]), found: validationLoss(logits, labels, rules), rules };
}

describe("the validation loss is that of the graph", () => {
  it.each([
    ["half", false],
    ["half", true],
    ["third", false],
    ["third", true],
    ["marks", false],
    ["marks", true],
    ["rate", false],
  ] as const)("for %s (balanced: %s)", async (name, balanced) => {
    const logits = randomStream(4, name)
      .normal(0, 16 * headWidth(TASKS[name]))
      .map((z) => 3 * z);
    const { expected, found, rules } = await graphLoss(name, logits, balanced);
    expect(expected).toBeGreaterThan(0.1);
    expect(Math.abs(found / expected - 1)).toBeLessThan(1e-6);
    expect(rules.classWeights !== undefined).toBe(balanced && name !== "marks");
    expect(rules.positive !== undefined).toBe(balanced && name === "marks");
    expect(labelWidth(TASKS[name])).toBe(name === "marks" ? 2 : 1);
  });

  it("also far out, where exponentials overflow", async () => {
    for (const name of ["half", "marks"] as const) {
      const logits = Float32Array.from({ length: 32 }, (_, i) => (i % 3 === 0 ? 80 : -80));
      const { expected, found } = await graphLoss(name, logits, true);
      expect(Math.abs(found / expected - 1)).toBeLessThan(1e-6);
    }
  });
});

import { describe, expect, it } from "vitest";
import { UsageError } from "../../errors.ts";
import type { TrainingJob, TrainingOptions, TrainingOutcome } from "../../train/trainer/node.ts";
import { fakeWorld } from "../fakeEffects.ts";

const PRETRAIN = "# small\ncorpora:\n  - { store: ../stores/a }\nsteps: 40\nbatch: { windows: 8, micro: 4 }\n";
const FINETUNE = "stores: [../stores/a]\ntask: rest\nsplit: { folds: 3, fold: 0, seed: 1 }\n";
const BEST = { best: 0.25, bestAt: 20, waited: 2 };
const COMPLETE: TrainingOutcome = {
  ...{ step: 40, end: "complete", best: BEST, totalSteps: 40 },
  monitor: { split: "val", metric: "loss", goal: "min" },
};

type Hooks = Omit<TrainingOptions, "signal" | "note" | "versions">;

/** A world whose trainings tell what they were asked to do. */
function worldOf(work: (hooks: Hooks) => Promise<TrainingOutcome> | TrainingOutcome = () => COMPLETE, rank = 0) {
  const world = fakeWorld();
  const asked: { job?: TrainingJob; patient?: boolean } = {};
  const drawn: string[] = [];
  world.files.set("/conf/pre.yaml", new TextEncoder().encode(PRETRAIN));
  world.files.set("/conf/ft.yaml", new TextEncoder().encode(FINETUNE));
  let time = 0;
  Object.assign(world.effects, {
    rank,
    now: () => (time += 500),
    allowToFinish() {
      asked.patient = true;
    },
    progress: () => ({
      update: (done: number, total: number, facts: string) => void drawn.push(`${done}/${total} ${facts}`),
      end() {},
    }),
    async train(job: TrainingJob, hooks: Hooks) {
      asked.job = job;
      return work(hooks);
    },
  });
  return { world, asked, drawn };
}

describe("panluna pretrain", () => {
  it("trains as the file says, with the changes of the command line", async () => {
    const { world, asked } = worldOf();
    const flags = [
      "--set",
      "optimizer.lr=1e-3",
      "--set",
      "steps=50",
      "--provider",
      "webgpu",
      "--threads",
      "3",
      "--fresh",
    ];
    expect(await world.run("pretrain", "/conf/pre.yaml", "/runs/small/", ...flags)).toBe(0);
    expect(asked.job).toMatchObject({ kind: "pretrain", folder: "/runs/small/", fresh: true });
    expect(asked.job!.config).toMatchObject({ steps: 50, optimizer: { lr: 1e-3 }, provider: "webgpu", threads: 3 });
    expect(asked.job!.config).toMatchObject({ corpora: [{ store: "/stores/a", weight: 1 }], batch: { windows: 8 } });
    expect(asked.patient).toBe(true); // Ctrl-C waits for the checkpoint
  });

  it("tells what came of it and what comes next", async () => {
    const { world } = worldOf();
    await world.run("pretrain", "/conf/pre.yaml", "/runs/small/");
    expect(world.out).toBe(
      "small: 40 steps in 0.5 s\nbest val loss 0.25 after step 20: best.safetensors\nnext: panluna runs /runs/small/\n",
    );
    const early = worldOf(() => ({ ...COMPLETE, step: 20, end: "early" }));
    await early.world.run("finetune", "/conf/ft.yaml", "runs/f");
    expect(early.world.out).toContain("f: 20 steps in 0.5 s; no better for too long, of at most 40\n");
    expect(early.world.out).toContain("next: panluna evaluate runs/f\n");
    const blind = worldOf(() => ({ ...COMPLETE, best: { best: null, bestAt: null, waited: 0 } }));
    await blind.world.run("pretrain", "/conf/pre.yaml", "runs/b");
    expect(blind.world.out).toContain("best.safetensors holds the last weights\n");
  });

  it("gives all of that as JSON", async () => {
    const { world } = worldOf();
    expect(await world.run("pretrain", "/conf/pre.yaml", "runs/small", "--json")).toBe(0);
    expect(JSON.parse(world.out)).toEqual({
      ...{ run: "small", kind: "pretrain", step: 40, totalSteps: 40, end: "complete", metric: "loss" },
      ...{ best: BEST, seconds: 0.5 },
    });
    expect(world.err).toBe("");
  });

  it("shows how it goes: steps, validations, and where it went on from", async () => {
    const { world, drawn } = worldOf(({ onStart, onStep, onValidation }) => {
      onStart?.({ step: 10, totalSteps: 40, metric: "loss" });
      onStep?.({ step: 11, loss: 0.5, lr: 1e-3, gradNorm: 1, windows: 8, waited: 0.1 });
      onValidation?.(11, { loss: 0.25, auroc: Number.NaN }, true);
      return COMPLETE;
    });
    await world.run("pretrain", "/conf/pre.yaml", "runs/small");
    expect(world.err).toBe("going on after step 10 of 40\nstep 11: validation loss 0.25, auroc NaN (best so far)\n");
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toMatch(/^11\/40 .*loss 0\.5.*windows\/s/);
  });

  it("that was interrupted says how to go on, with the exit code of Ctrl-C", async () => {
    const { world } = worldOf(() => {
      world.controller.abort();
      return { ...COMPLETE, step: 17, end: "interrupted" };
    });
    expect(await world.run("pretrain", "/conf/pre.yaml", "runs/small")).toBe(130);
    expect(world.err).toContain("small: stopped after step 17 of 40; the same command goes on from there\n");
    expect(world.out).toBe("");
  });

  it("says nothing on other ranks than the first", async () => {
    const { world } = worldOf(({ onStart, onValidation }) => {
      onStart?.({ step: 10, totalSteps: 40, metric: "loss" });
      onValidation?.(11, { loss: 0.25 }, true);
      return COMPLETE;
    }, 1);
    expect(await world.run("pretrain", "/conf/pre.yaml", "runs/small")).toBe(0);
    expect([world.out, world.err]).toEqual(["", ""]);
  });

  it.each([
    [["pretrain", "/conf/none.yaml", "runs/x"], "/conf/none.yaml: cannot be opened"],
    [["pretrain", "/conf/pre.yaml", "runs/x", "--set", "optimzer.lr=1"], "optimzer"],
    [["pretrain", "/conf/ft.yaml", "runs/x"], "ft.yaml"],
    [["finetune", "/conf/bad.yaml", "runs/x"], /bad\.yaml.*line 3/],
    [["finetune", "/conf/ft.yaml"], "missing required argument 'folder'"],
  ])("%j is refused in one line", async (argv, message) => {
    const { world, asked } = worldOf();
    world.files.set("/conf/bad.yaml", new TextEncoder().encode("stores: [a]\ntask: rest\nepochs: many\n"));
    expect(await world.run(...argv)).toBe(1);
    expect(world.err.trim().split("\n")).toHaveLength(1);
    expect(world.err).toMatch(message);
    expect(asked.job).toBeUndefined();
  });

  it("tells the error of a training", async () => {
    const { world } = worldOf(() => {
      throw new UsageError({ where: "a", what: "is no store", todo: "Prepare it" });
    });
    expect(await world.run("finetune", "/conf/ft.yaml", "runs/f", "--json")).toBe(1);
    expect(JSON.parse(world.out).error).toMatchObject({ tag: "UsageError", where: "a", what: "is no store" });
  });
});

describe("panluna finetune", () => {
  it("tells the loss, the metric that decides, and two more", async () => {
    const { world } = worldOf(({ onStart, onValidation }) => {
      onStart?.({ step: 0, totalSteps: 40, metric: "auroc" });
      onValidation?.(20, { loss: 0.5, accuracy: 0.75, kappa: 0.5, f1: 0.6, auroc: 0.875 }, false);
      return COMPLETE;
    });
    await world.run("finetune", "/conf/ft.yaml", "runs/f");
    expect(world.err).toBe("step 20: validation loss 0.5, auroc 0.875, accuracy 0.75, kappa 0.5\n");
  });

  it("asks for a metric that the task has", async () => {
    const { world, asked } = worldOf();
    expect(await world.run("finetune", "/conf/ft.yaml", "runs/f", "--set", "earlyStopping.metric=mae")).toBe(0);
    const { scores } = asked.job as Extract<TrainingJob, { kind: "finetune" }>;
    const spec = { kind: "regression", title: "", classes: [], unit: "bpm" } as const;
    expect(scores.isBetterLarger("mae", spec)).toBe(false);
    const binary = { kind: "binary", title: "", classes: ["a", "b"] } as const;
    expect(scores.isBetterLarger("auroc", binary)).toBe(true);
    expect(() => scores.isBetterLarger("mae", binary)).toThrow(
      /earlyStopping\.metric: is nothing that can improve in a binary task: expected loss, .*auroc.*, got mae/,
    );
  });
});

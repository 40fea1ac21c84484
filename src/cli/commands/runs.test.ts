import { describe, expect, it } from "vitest";
import { xmlProblem } from "../../../test/wellFormed.ts";
import { metricLine } from "../../train/run/metrics.ts";
import { type FakeWorld, fakeWorld } from "../fakeEffects.ts";

interface Planned {
  readonly lr: number;
  readonly steps: number;
  readonly monitor?: object;
}

/** A run whose validation loss falls to 1 at its middle and rises again. */
function addRun(world: FakeWorld, folder: string, { lr, steps, monitor }: Planned): void {
  const put = (name: string, text: string) => world.files.set(`${folder}/${name}`, new TextEncoder().encode(text));
  const sessions = [{ started: "2026-01-01T00:00:00.000Z", step: 0, versions: { node: "20" } }];
  const config = { optimizer: { lr }, loader: { workers: 2 } };
  const file = { format: "1", config, configDigest: "c", seed: 1, fingerprint: "f", monitor, sessions };
  put("run.json", JSON.stringify(file));
  const lines = Array.from({ length: steps }, (_, i) => {
    const [step, time] = [i + 1, 2 * (i + 1)];
    const train = metricLine({ step, time, split: "train", values: { loss: 3 / step, windowsPerSecond: 40 } });
    const loss = 1 + Math.abs(step - steps / 2) / steps;
    const val = metricLine({ step, time, split: "val", values: { loss, auroc: step / (2 * steps) + 0.5 } });
    return train + (step % 10 === 0 ? val : "");
  });
  put("metrics.jsonl", `${lines.join("")}{"step":`);
  world.folders.add(folder);
}

function twoRuns(): FakeWorld {
  const world = fakeWorld();
  addRun(world, "out/slow", { lr: 1e-4, steps: 100 });
  addRun(world, "out/fast<&>", { lr: 1e-3, steps: 200 });
  world.folders.add("out");
  return world;
}

describe("panluna runs", () => {
  it("shows steps, best and last value, time and rate of each run, and what differs", async () => {
    const world = twoRuns();
    expect(await world.run("runs", "out/slow", "out/fast<&>")).toBe(0);
    expect(world.out).toBe(
      [
        "2 training runs",
        "  run      steps  metric     best  at step   last        time  windows/s",
        "  slow       100  val/loss  1.000       50  1.500  3 min 20 s         40",
        "  fast<&>    200  val/loss  1.000      100  1.500  6 min 40 s         40",
        "",
        "Settings that differ",
        "  optimizer.lr: slow 0.0001, fast<&> 0.001",
        "",
      ].join("\n"),
    );
  });

  it("finds the runs below a folder, each once, and gives JSON", async () => {
    const world = twoRuns();
    expect(await world.run("runs", "out", "out/slow", "--metric", "auroc", "--json")).toBe(0);
    const { runs, differences } = JSON.parse(world.out);
    expect(runs.map((run: { name: string }) => run.name).sort()).toEqual(["fast<&>", "slow"]);
    expect(runs.find((run: { name: string }) => run.name === "slow")).toMatchObject({
      steps: 100,
      monitor: { split: "val", metric: "auroc", goal: "max" },
      best: { step: 100, value: 1 },
      seconds: 200,
      windowsPerSecond: 40,
      config: { optimizer: { lr: 1e-4 } },
    });
    expect(differences.map(({ path }: { path: string }) => path)).toEqual(["optimizer.lr"]);
  });

  it("tells runs of one name apart by the folders they lie in", async () => {
    const world = fakeWorld();
    for (const parent of ["a", "b"]) addRun(world, `${parent}/run`, { lr: 1, steps: 10 });
    await world.run("runs", "a/run", "b/run", "--json");
    expect(JSON.parse(world.out).runs.map(({ name }: { name: string }) => name)).toEqual(["a/run", "b/run"]);
  });

  it("draws the curves as SVG and as a page: well-formed, names escaped, nothing from outside", async () => {
    const world = twoRuns();
    expect(await world.run("runs", "out", "--svg", "curves.svg", "--html", "curves.html")).toBe(0);
    expect(world.out).toContain("Wrote curves.html, curves.svg");
    const read = (name: string) => new TextDecoder().decode(world.files.get(name));
    const svg = read("curves.svg");
    expect(xmlProblem(svg)).toBeUndefined();
    expect(svg).not.toContain("var(");
    const page = read("curves.html");
    for (const text of [svg, page]) {
      expect(text).toContain("fast&lt;&amp;&gt;, val");
      expect(text).not.toContain("fast<");
      expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|<script|url\((?!#)/);
    }
    expect(page).toContain("<td>optimizer.lr</td>");
    expect(page).toContain("<td>1.000</td>");
  });

  it.each<[string, string[], RegExp]>([
    ["a folder without runs", ["empty"], /empty: holds no run: expected the folder of a run/],
    ["a folder that is not there", ["nowhere"], /nowhere: is not there/],
    [
      "a metric that no run has",
      ["out", "--metric", "kappa"],
      /no run has a value of this name: expected val\/auroc, val\/loss, got kappa/,
    ],
    [
      "a split that no run has",
      ["out", "--metric", "test/loss"],
      /expected a split that the runs have, not test, got test\/loss/,
    ],
    ["a page that is no page", ["out", "--html", "x.txt"], /--html: a name ending in \.html is needed: got x\.txt/],
    ["a picture that is no picture", ["out", "--svg", "x.jpg"], /--svg: is no picture/],
  ])("refuses %s", async (_, argv, message) => {
    const world = twoRuns();
    world.folders.add("empty");
    expect(await world.run("runs", ...argv)).toBe(1);
    expect(world.err).toMatch(message);
  });

  it("refuses a run.json that it does not know, and has nothing to draw of a run that has just begun", async () => {
    const world = fakeWorld();
    addRun(world, "new", { lr: 1, steps: 0 });
    expect(await world.run("runs", "new")).toBe(0);
    expect(await world.run("runs", "new", "--svg", "x.svg")).toBe(1);
    expect(world.err).toMatch(/there is nothing to draw/);
    world.files.set("new/run.json", new TextEncoder().encode('{"format":"2"}'));
    expect(await world.run("runs", "new")).toBe(1);
    expect(world.err).toMatch(/new\/run\.json: is no description of a run that this version knows/);
  });
});

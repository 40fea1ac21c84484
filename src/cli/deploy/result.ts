import { basename } from "node:path";
import type { Terminal } from "../effects.ts";
import { painter, table, wrap } from "../text.ts";
import type { Deployed } from "./makeDeployment.ts";

/** What a project takes, as JSON. */
export function deploymentJson({ deployment, task, costs, ram, flash }: Deployed) {
  const { target, channels, classes, nTimes, sfreq, plan } = deployment;
  return {
    task: task.name,
    target: target.name,
    channels,
    classes,
    window: { samples: nTimes, seconds: nTimes / sfreq },
    bytes: { ram, ramOfTheFullestStep: plan.lowerBound, flash },
    multiplications: costs.reduce((sum, cost) => sum + cost.multiplications, 0),
    costs,
  };
}

const grouped = (n: number): string => n.toLocaleString("en-US");

/** For people. */
export function resultText(made: Deployed, output: string | undefined, { columns: width, color }: Terminal): string[] {
  const paint = painter(color);
  const { task, target, channels, window, bytes, multiplications } = deploymentJson(made);
  const { title } = made.deployment.target;
  const columns = [{ title: "step" }, { title: "times", right: true }, { title: "multiplications", right: true }];
  const rows = made.costs.map(({ op, steps, multiplications: own }) => [
    op,
    String(steps),
    own === 0 ? "" : grouped(own),
  ]);
  return [
    paint.bold(`${task} on ${title}: ${window.seconds} s of ${channels.join(", ")}`),
    `  RAM ${grouped(bytes.ram)} bytes (the fullest step needs ${grouped(bytes.ramOfTheFullestStep)}), flash ${grouped(bytes.flash)} bytes of constants`,
    `  ${grouped(multiplications)} multiplications per window`,
    ...table(columns, rows, { width, paint }),
    ...(output === undefined
      ? wrap("Nothing was written: give --output FOLDER for the project.", width)
      : wrap(
          `Wrote ${basename(output)}/: make ${target === "c99" ? "example && ./example" : "libpanluna.a"} builds it.`,
          width,
        )),
  ];
}

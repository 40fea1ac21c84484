import type { OutputSummary } from "../../runtime/prediction/summary.ts";
import type { TaskSpec, TrainedTask } from "../../task/index.ts";
import type { PredictedRecording } from "./predictRecording.ts";

/** Titles of the outputs in a table: the classes, or the task itself with its unit. */
export const outputNames = ({ name, spec }: Pick<TrainedTask, "name" | "spec">): readonly string[] =>
  spec.kind === "regression" ? [spec.unit ? `${name} (${spec.unit})` : name] : spec.classes;

/** Outputs of a window: K of N·K. */
export function outputsOf(
  { outputs, shape: [, width] }: Pick<PredictedRecording, "outputs" | "shape">,
  window: number,
): number[] {
  return Array.from(outputs.subarray(window * width, (window + 1) * width), (value) => Number(value.toPrecision(7)));
}

/** What speaks for itself to other programs: one recording, windows and all. */
export function recordingJson(recording: PredictedRecording) {
  const { file, windows, summary, reduced, warnings, contract, chain, attention } = recording;
  const names = summary.outputs.map(({ name }) => name);
  return {
    file,
    summary,
    reduced: reduced ?? null,
    warnings,
    windows: windows.map(({ onset, duration, decided, counts, flagged }, w) => ({
      onset,
      duration,
      outputs: Object.fromEntries(outputsOf(recording, w).map((value, k) => [names[k], value])),
      decided,
      counts,
      flagged,
    })),
    contract,
    chain,
    ...(attention && {
      attention: {
        channels: contract.used.map(({ name, sensor }) => ({ name, sensor })),
        queries: Array.from({ length: attention.numQueries }, (_, q) => {
          const width = contract.used.length;
          return Array.from(attention.scores.subarray(q * width, (q + 1) * width), (share) =>
            Number(share.toPrecision(6)),
          );
        }),
      },
    }),
  };
}

/** "NORM 0.93", "105 bpm", "STTC 0.81, HYP 0.55"; the likeliest of labels none of which is likely: "none (CD 0.31)". */
export function answerText(
  { spec }: Pick<TrainedTask, "spec">,
  values: ArrayLike<number>,
  decided: readonly string[],
  number: (value: number, spec: TaskSpec) => string,
): string {
  if (spec.kind === "regression") return number(values[0], spec);
  const said = (name: string) => `${name} ${number(values[spec.classes.indexOf(name)], spec)}`;
  if (decided.length > 0) return decided.map(said).join(", ");
  const likeliest = spec.classes.reduce((best, _, k) => (values[k] > values[best] ? k : best), 0);
  return `none (${said(spec.classes[likeliest])})`;
}

/** The means of a summary; NaN where no window counts. */
export const meansOf = (outputs: readonly OutputSummary[]): number[] => outputs.map(({ mean }) => mean ?? Number.NaN);

import { FILLS } from "../../../evaluate/index.ts";
import { DEFINITION } from "../../../evaluate/reconstruction/report.ts";
import { rowTitle } from "../../../evaluate/reconstruction/summary.ts";
import { drawsText, estimateText } from "../../../evaluate/report/numbers.ts";
import type { Terminal } from "../../effects.ts";
import { counted, painter, table, wrap } from "../../text.ts";
import type { PretrainingEvaluation } from "./evaluatePretraining.ts";

const NAMES = { model: "the model", interpolation: "straight line", mean: "mean" } as const;

/** What each way explains of each sensor, and what the model has over it. */
export function reconstructionText(
  { pretraining, split, summary }: PretrainingEvaluation,
  hidden: string,
  out: readonly string[],
  { columns: width, color }: Terminal,
): string[] {
  const paint = painter(color);
  const { windows, subjects, rows, bootstrap } = summary;
  const counts = `${counted(windows, "window")}, ${counted(subjects, "subject")}`;
  const columns = [
    { title: "sensor", shrinks: true },
    { title: "filled in by" },
    { title: "share explained" },
    { title: "model minus this" },
  ];
  const cells = rows.flatMap((row) =>
    FILLS.map((fill, i) => [
      i === 0 ? rowTitle(row) : i === 1 ? `  ${counted(row.subjects, "subject")}` : "",
      NAMES[fill],
      estimateText(row.explained[fill]),
      fill === "model" ? "" : estimateText(row.difference[fill]),
    ]),
  );
  return [
    paint.bold(`Reconstruction: ${pretraining.name}`),
    ...wrap(`split ${split}: ${counts}; hidden: ${hidden}`, width),
    "",
    ...table(columns, cells, { width, paint }),
    ...wrap(`${DEFINITION} ${drawsText(bootstrap)}.`, width),
    ...(out.length === 0 ? [] : ["", `  Wrote ${out.join(", ")}`]),
  ];
}

import { attentionCases } from "./attentionCases.ts";
import { frequencyCases } from "./frequencyCases.ts";
import { geluCases } from "./geluCases.ts";
import { linearCases, narrowCases } from "./linearCases.ts";
import { normCases } from "./normCases.ts";
import { errorOf, type OpCase } from "./opCase.ts";
import { rotaryCases } from "./rotaryCases.ts";
import { zscoreCases } from "./zscoreCases.ts";

/** Every op that rounds. */
export const allCases = (): OpCase[] =>
  [linearCases, geluCases, normCases, attentionCases, rotaryCases, frequencyCases, zscoreCases, narrowCases].flatMap(
    (cases) => cases(),
  );

/** The table of docs/integer.md. */
export function errorTable(cases: readonly OpCase[]): string {
  const rows = cases.map((of) => {
    const { largest, rms, output } = errorOf(of);
    const relative = (100 * rms) / output;
    return `| ${of.op} | ${of.drawn} | ${largest.toFixed(2)} | ${rms.toFixed(3)} | ${relative.toPrecision(2)} % |`;
  });
  return ["| op | drawn | largest | RMS | of the output's RMS |", "|---|---|---|---|---|", ...rows, ""].join("\n");
}

export { explainedShare, FILLS, type Fill, HiddenSums, type ReconstructedWindows } from "./hiddenSums.ts";
export { interpolateHidden } from "./interpolate.ts";
export {
  DEFINITION,
  type ReconstructedExample,
  type ReconstructionReport,
  reconstructionHtml,
} from "./report.ts";
export {
  type ReconstructedSubject,
  type ReconstructionRow,
  type ReconstructionSummary,
  rowTitle,
  summarizeReconstruction,
} from "./summary.ts";

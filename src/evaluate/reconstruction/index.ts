export { explainedShare, FILLS, type Fill, HiddenSums, type ReconstructedWindows } from "./hiddenSums.ts";
export { interpolateHidden } from "./interpolate.ts";
export {
  type ReconstructedExample,
  type ReconstructionReport,
  reconstructionHtml,
} from "./report.ts";
export {
  type ReconstructedSubject,
  type ReconstructionRow,
  type ReconstructionSummary,
  summarizeReconstruction,
} from "./summary.ts";

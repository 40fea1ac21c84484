export type { PartOutcome, RecordingOutcome } from "./outcome.ts";
export { type PartContext, preparePart } from "./part.ts";
export { type Lane, type PrepareResult, type PrepareRun, prepareParts, type Share } from "./prepare.ts";
export type { Amount, LayoutAmount, PrepareReport } from "./report.ts";
export { type PrepareSettings, planSettings, storeMeta } from "./settings.ts";

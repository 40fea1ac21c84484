export { type ConformanceCase, loadCase, type ReadCaseFile } from "./caseFolder.ts";
export type { CaseInfo } from "./caseInfo.ts";
export type { TensorCheck } from "./checks.ts";
export { type CaseResult, type ConformanceOptions, runCase } from "./runCase.ts";

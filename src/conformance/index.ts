export { type CaseInfo, type ConformanceCase, loadCase, type ReadCaseFile } from "./caseFolder.ts";
export { type CaseResult, type ConformanceOptions, runCase, type TensorCheck } from "./runCase.ts";

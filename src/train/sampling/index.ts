export type { BatchPlan, Corpus, MicroBatchPlan, Plan } from "./plan.ts";
export { planSampling, type SamplingOptions } from "./planSampling.ts";
export { planSequential } from "./planSequential.ts";
export { type Selection, selectRows } from "./selectRows.ts";
export { readSplitFile } from "./splitFile.ts";
export { type Split, type SplitRule, splitSubjects } from "./splitSubjects.ts";

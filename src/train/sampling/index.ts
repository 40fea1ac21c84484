export { corpusNames } from "./corpusNames.ts";
export { everyNthStep } from "./everyNthStep.ts";
export { fewerPeople, type People } from "./fewerPeople.ts";
export type { BatchPlan, Corpus, MicroBatchPlan, Plan } from "./plan.ts";
export { planSampling, type SamplingOptions } from "./planSampling.ts";
export { planSequential } from "./planSequential.ts";
export { type Selection, selectRows } from "./selectRows.ts";
export { type SplitRule, splitStores } from "./splitStores.ts";

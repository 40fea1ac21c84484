export { type Deployment, deployProject, type ProjectFiles, type ReadKernel } from "./emit/project.ts";
export { type AnyShape, type FixedShape, integerNetworkFor } from "./integerNetworkFor.ts";
export { costsOf, multiplicationsOf, type OpCost } from "./plan/costs.ts";
export { type MemoryPlan, planMemory } from "./plan/planMemory.ts";
export { TARGETS } from "./targets/index.ts";
export type { Target } from "./targets/target.ts";

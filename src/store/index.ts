export { type Label, labelWidth, type TaskKind, type TaskSpec } from "../task/taskSpec.ts";
export { type FewerSubjectsOptions, fewerSubjects } from "./fewerSubjects.ts";
export type { ChannelSpec, Layout } from "./layout.ts";
export { layoutId } from "./layoutId.ts";
export { openWindows } from "./open/openWindows.ts";
export { readAll, type StoreSource } from "./open/storeSource.ts";
export type { PartWriter, WindowRow } from "./partWriter.ts";
export { formatSplit, formatSplits, readSplit, readSplits } from "./splitFile.ts";
export {
  checkLeak,
  foldsOf,
  officialSplit,
  SPLIT_NAMES,
  type Split,
  type SplitFractions,
  type Strata,
  splitOfFold,
  splitSubjects,
} from "./splits.ts";
export type { CreateStore, SampleType, StoreMeta, StorePart, StoreWriter } from "./storeWriter.ts";
export type { SplitName, WindowStore, WindowTable } from "./windowStore.ts";

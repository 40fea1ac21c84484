/** What the labels of a task are. */
export type TaskKind = "binary" | "multiclass" | "multilabel" | "regression";

/** A task that windows carry labels for. */
export interface TaskSpec {
  readonly kind: TaskKind;
  /** One sentence: what is told from what. */
  readonly title: string;
  /** Names of the classes in the order of their indices; two for "binary", the second is the positive one; none for "regression". */
  readonly classes: readonly string[];
  /** Unit of the value ("bpm"), regression only. */
  readonly unit?: string;
}

/** The label of one window: a class index, 0/1 per class ("multilabel") or a value ("regression"). */
export type Label = number | readonly number[];

/** Numbers that a label of the task takes up in a table. */
export const labelWidth = ({ kind, classes }: TaskSpec): number => (kind === "multilabel" ? classes.length : 1);

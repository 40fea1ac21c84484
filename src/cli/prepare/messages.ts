import type { PartOutcome } from "../../datasets/prepare/index.ts";
import * as errors from "../../errors.ts";
import type { PrepareJob } from "./job.ts";

/** What a thread is started with. */
export interface ThreadData {
  readonly job: PrepareJob;
}

/** To a thread: prepare a part, or leave the one at hand. */
export type Request = { readonly part: string } | { readonly stop: true };

/** From a thread, one for every part. */
export type Reply = { readonly outcome: PartOutcome } | { readonly error: SentError };

/** An error on its way between threads, which keeps no classes. */
export interface SentError {
  readonly tag?: string;
  readonly parts?: errors.ErrorParts;
  readonly message: string;
  readonly stack?: string;
}

export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  if (!(error instanceof errors.PanlunaError)) return { message, stack };
  const { cause, ...parts } = error.parts;
  return { tag: error.tag, parts: cause === undefined ? parts : { ...parts, cause: String(cause) }, message, stack };
}

const CLASSES = [
  errors.FormatError,
  errors.SignalError,
  errors.ContractError,
  errors.GraphError,
  errors.WeightsError,
  errors.SessionError,
  errors.UsageError,
];

/** The error as the thread threw it, of the class it had. */
export function receiveError({ tag, parts, message, stack }: SentError): Error {
  const found = parts && CLASSES.map((Tagged) => new Tagged(parts)).find((error) => error.tag === tag);
  const error = found ?? new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

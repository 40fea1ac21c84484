import * as errors from "../../../errors.ts";
import type { ReadJob } from "../job.ts";

/** To the thread: a job. */
export interface JobMessage {
  readonly id: number;
  readonly job: ReadJob;
}

/** From the thread: what came of a job. */
export type Reply =
  | { readonly id: number; readonly x: Float32Array<ArrayBuffer> }
  | { readonly id: number; readonly error: SentError };

/** An error on its way between threads, which keep neither its class nor its fields. */
export interface SentError {
  readonly tag: string;
  readonly message: string;
  readonly parts?: errors.ErrorParts;
}

export function packError(error: unknown): SentError {
  if (error instanceof errors.PanlunaError) {
    const { cause, ...parts } = error.parts;
    return { tag: error.tag, message: error.message, parts };
  }
  return { tag: "Error", message: error instanceof Error ? error.message : String(error) };
}

export function unpackError({ tag, message, parts }: SentError): Error {
  const Kind = Object.hasOwn(KINDS, tag) ? KINDS[tag as keyof typeof KINDS] : undefined;
  return parts === undefined || Kind === undefined ? new Error(message) : new Kind(parts);
}

const { FormatError, SignalError, ContractError, SessionError, UsageError } = errors;
const KINDS = { FormatError, SignalError, ContractError, SessionError, UsageError };

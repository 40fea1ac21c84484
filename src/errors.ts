/**
 * The errors of every room. A message always reads
 * `<where>: <what> at <position>: expected <this>, got <that>. <what to do>`;
 * the parts stay available as fields, so a caller never parses text.
 */
export interface ErrorParts {
  /** The file, channel, tensor or option concerned. File names only: never a folder of the user's machine. */
  readonly where: string;
  /** What is wrong, in a few words. */
  readonly what: string;
  /** Position inside `where`: a byte offset, a line, a sample, an index path. */
  readonly at?: string;
  readonly expected?: string;
  readonly got?: string;
  /** What the user can do about it: one sentence. */
  readonly todo?: string;
  readonly cause?: unknown;
}

/** Base class of all errors that `panluna` throws on purpose. `tag` names the kind and survives minification. */
export abstract class PanlunaError extends Error {
  abstract readonly tag: string;
  readonly parts: ErrorParts;

  constructor(parts: ErrorParts) {
    super(formatParts(parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.parts = parts;
  }

  override get name(): string {
    return this.tag;
  }
}

/** A file is not what its format demands, or cannot be read. */
export class FormatError extends PanlunaError {
  readonly tag = "FormatError";
}

/** Samples, rates, filters or windows that cannot be computed with. */
export class SignalError extends PanlunaError {
  readonly tag = "SignalError";
}

/** Channels that cannot be mapped to sensors and locations, or a selection that leaves none. */
export class ContractError extends PanlunaError {
  readonly tag = "ContractError";
}

/** A graph that is not well formed: shapes, types, unknown operators. */
export class GraphError extends PanlunaError {
  readonly tag = "GraphError";
}

/** Weights that do not fit the model: missing, surplus or misshapen tensors. */
export class WeightsError extends PanlunaError {
  readonly tag = "WeightsError";
}

/** The execution engine cannot be started or failed while running. */
export class SessionError extends PanlunaError {
  readonly tag = "SessionError";
}

/** An option or argument that cannot be honoured. */
export class UsageError extends PanlunaError {
  readonly tag = "UsageError";
}

function formatParts({ where, what, at, expected, got, todo }: ErrorParts): string {
  let text = `${clip(where)}: ${clip(what)}`;
  if (at !== undefined) text += ` at ${clip(at)}`;
  if (expected !== undefined) text += `: expected ${clip(expected)}`;
  if (got !== undefined) text += `${expected === undefined ? ":" : ","} got ${clip(got)}`;
  return todo === undefined ? text : `${text}. ${clip(todo)}`;
}

/** Characters of one part of a message: names inside hostile files can be as long as the files. */
const LONGEST_PART = 1000;

const clip = (text: string): string => (text.length <= LONGEST_PART ? text : `${text.slice(0, LONGEST_PART)}…`);

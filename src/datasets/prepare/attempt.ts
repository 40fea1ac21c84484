import { PanlunaError } from "../../errors.ts";

/**
 * The result, or the reason why a recording gives none: its own error, never the end of the run.
 * @throws the reason of `signal` when it is aborted
 */
export async function attempt<T>(
  task: () => Promise<T>,
  signal?: AbortSignal,
): Promise<{ readonly value: T } | { readonly reason: string }> {
  try {
    return { value: await task() };
  } catch (error) {
    signal?.throwIfAborted();
    return { reason: error instanceof PanlunaError ? error.message : `unexpected failure: ${messageOf(error)}` };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

import type { z } from "zod";

/** The configuration of a command. */
export interface CommandConfig<T> {
  /** Name of the command. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
  /** Fills in the defaults that depend on other options. */
  complete(config: T): T;
}

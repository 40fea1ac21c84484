import type { Engine, SessionOptions } from "../../runtime/session.ts";
import type { WindowStore } from "../../store/index.ts";
import type { Communicator } from "../distributed/communicator.ts";
import type { Loader, LoaderOptions } from "../loader/index.ts";
import type { Plan } from "../sampling/index.ts";

/** What a training needs of the machine that it runs on. */
export interface TrainingPlatform {
  readonly engine: Engine;
  readonly session: SessionOptions;
  readonly ranks?: Communicator;
  /** Who reads windows: `openLoader`, or threads. */
  startLoader(stores: readonly WindowStore[], plan: Plan, options: LoaderOptions): Loader;
}

import type {
  ChannelReport,
  Contract,
  ContractOptions,
  QualityRow,
  WindowBatchOptions,
  WindowPlan,
} from "../signal/index.ts";
import type { OnProgress } from "./windowRunner.ts";

/** How a recording is taken: which channels as what, and how it is cut. */
export interface RecordingOptions extends ContractOptions, Omit<WindowBatchOptions, "windowSeconds"> {
  /** Length of a window, s; 5 if not given (the length of pretraining). */
  readonly windowSeconds?: number;
  readonly onProgress?: OnProgress;
}

/** One window of a result. */
export interface Epoch {
  /** Seconds from the start of the recording. */
  readonly onset: number;
  /** Seconds. */
  readonly duration: number;
  /** One row per used channel, before any filter. */
  readonly quality: readonly QualityRow[];
}

/** What every result says of its input. */
export interface ResultBase {
  readonly contract: Contract;
  readonly epochs: readonly Epoch[];
  /** What the signal chain did with each used channel. */
  readonly chain: readonly ChannelReport[];
  /** False where the weights never saw data: the numbers have no meaning yet. */
  readonly trained: boolean;
}

/** Windows as a result shows them. */
export function epochsOf(
  windows: readonly WindowPlan[],
  quality: readonly (readonly QualityRow[])[],
  duration: number,
): Epoch[] {
  return windows.map(({ onset }, i) => ({ onset, duration, quality: quality[i] }));
}

import type { Dtype, Graph, TensorData } from "../graph/index.ts";

/** Where a graph runs. */
export type Provider = "cpu" | "webgpu" | "wasm";

/** A tensor that goes in or comes out. */
export interface FeedTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export type Feeds = Readonly<Record<string, FeedTensor>>;

/** A graph made ready to run, on whichever engine. */
export interface Session {
  readonly provider: Provider;
  readonly threads: number;
  /** What keeps the session from running as fast as it could, each a sentence. */
  readonly warnings?: readonly string[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Run once; all outputs come back. Calls may overlap: they are queued.
   * @throws SessionError when a feed is missing, misshapen or the engine fails
   */
  run(feeds: Feeds): Promise<Record<string, FeedTensor>>;
  /** Seconds spent computing so far. */
  seconds(): number;
  /** End it. Runs that have not started yet may fail. */
  close(): Promise<void>;
}

/** How to run a graph. */
export interface SessionOptions {
  /** The platform's CPU provider if not given. On "webgpu" the parts of a graph that must be exact still run on the CPU. */
  readonly provider?: Provider;
  /** Threads of one operator; all cores if not given. */
  readonly threads?: number;
  /** Write the engine's profile to files with this prefix (CPU provider in Node). */
  readonly profilePrefix?: string;
}

/** A result that stays where it was computed, to be fed to the next run without a copy. */
export interface DeviceTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** The engine's own tensor. */
  readonly handle: unknown;
  /** Free its memory: nothing else does. It cannot be fed any more. */
  release(): void;
}

/** What a run of a device session gives. */
export interface DeviceResults {
  readonly host: Readonly<Record<string, FeedTensor>>;
  /** The outputs that were to stay; the caller releases them. */
  readonly device: Readonly<Record<string, DeviceTensor>>;
}

/** A graph made ready to run on tensors that stay on the device between runs, of this and other device sessions of the engine. */
export interface DeviceSession {
  readonly inputNames: readonly string[];
  /**
   * Run once.
   * @throws SessionError when a feed is missing, misshapen or released, or the engine fails
   */
  run(feeds: Readonly<Record<string, FeedTensor | DeviceTensor>>): Promise<DeviceResults>;
  /** Bytes fed from and given to the host so far. */
  bytesMoved(): number;
  /** End it. Tensors that are still held are to be released first. */
  close(): Promise<void>;
}

export interface DeviceSessionOptions extends SessionOptions {
  /** Names of the outputs that stay on the device. */
  readonly kept: readonly string[];
}

/** Starts sessions on one platform; the rest of the code asks for nothing more. */
export interface Engine {
  readonly name: string;
  createSession(graph: Graph, options?: SessionOptions): Promise<Session>;
  /** Present where results can stay on the device. */
  createDeviceSession?(graph: Graph, options: DeviceSessionOptions): Promise<DeviceSession>;
}

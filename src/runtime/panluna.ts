import { UsageError } from "../errors.ts";
import {
  type CheckpointOptions,
  type Head,
  initializeWeights,
  type LoadedModel,
  modelFromCheckpoint,
  montageGraph,
  type PanlunaSizes,
  PUBLISHED,
  panlunaGraph,
  type Weights,
  widthOf,
} from "../model/index.ts";
import {
  CHANNEL_NAMES,
  type ChannelReport,
  type Contract,
  MODEL_SFREQ,
  planContract,
  type Recording,
  type WindowBatchOptions,
} from "../signal/index.ts";
import type { TrainedTask } from "../task/index.ts";
import { type Epoch, epochsOf, type RecordingOptions, type ResultBase } from "./epochs.ts";
import { collectPrediction, predictedValues } from "./prediction/collectPrediction.ts";
import { planPrediction } from "./prediction/planPrediction.ts";
import type { PredictOptions, PredictResult } from "./prediction/predictResult.ts";
import { type Reconstruction, type ReconstructOptions, reconstructWindows } from "./reconstruct.ts";
import type { Engine, FeedTensor, Session, SessionOptions } from "./session.ts";
import { layWindows, montageFeeds, repeated, runWindows } from "./windowRunner.ts";

/** Embeddings of a recording. */
export interface EmbedResult extends ResultBase {
  /** (nWindows, W), row major: per window the latents' mean over time. */
  readonly embeddings: Float32Array;
  readonly shape: readonly [number, number];
}

/** One batch of a stream of embeddings. */
export interface EmbedBatch {
  /** (B, W) */
  readonly embeddings: Float32Array;
  readonly epochs: readonly Epoch[];
  readonly chain: readonly ChannelReport[];
}

/** One batch of values asked for by name. */
export interface ValuesBatch {
  readonly outputs: Readonly<Record<string, FeedTensor>>;
  readonly epochs: readonly Epoch[];
  readonly contract: Contract;
  readonly chain: readonly ChannelReport[];
}

/** How to start a model. */
export interface PanLunaOptions extends SessionOptions, CheckpointOptions {
  /** What the classification head was trained to say. */
  readonly task?: TrainedTask;
}

/**
 * PanLUNA, ready to run on recordings. Sessions start when they are first needed and are kept until `close`.
 * Make one with `PanLuna.load` of the platform's entry (`panluna`), or from weights with `fromWeights`.
 */
export class PanLuna {
  readonly model: LoadedModel;
  /** Whether the weights come from a checkpoint. */
  readonly trained: boolean;
  /** What the classification head was trained to say; undefined where nobody told. */
  readonly task?: TrainedTask;
  readonly #engine: Engine;
  readonly #options: SessionOptions;
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(model: LoadedModel, engine: Engine, trained: boolean, options: PanLunaOptions = {}) {
    this.model = model;
    this.trained = trained;
    this.task = options.task;
    this.#engine = engine;
    this.#options = options;
  }

  /** A model over a state dict. @throws WeightsError when the tensors are not a PanLUNA */
  static fromWeights(engine: Engine, weights: Weights, options: PanLunaOptions = {}): PanLuna {
    return new PanLuna(modelFromCheckpoint(weights, options), engine, true, options);
  }

  /** The published network with untrained weights of a seed; for trying things out and for training. */
  static untrained(engine: Engine, options: PanLunaOptions & { sizes?: PanlunaSizes; head?: Head } = {}): PanLuna {
    const {
      sizes = PUBLISHED,
      head = { kind: "reconstruct", numChannelNames: CHANNEL_NAMES.length },
      seed = 0,
    } = options;
    const weights = initializeWeights(sizes, head, seed);
    const model = { sizes, head, weights, dropped: [], initialized: [...weights.keys()] };
    return new PanLuna(model, engine, false, options);
  }

  /** W: length of an embedding. */
  get width(): number {
    return widthOf(this.model.sizes);
  }

  /**
   * Embed every window of a recording.
   * @throws ContractError, SignalError, FormatError, SessionError as their rooms say; the reason of `signal` when aborted
   */
  async embed(recording: Recording, options: RecordingOptions = {}): Promise<EmbedResult> {
    const contract = planContract(recording.channels, options);
    const total = layWindows(recording, contract, this.#windows(options)).windows.length;
    const embeddings = new Float32Array(total * this.width);
    const epochs: Epoch[] = [];
    let chain: readonly ChannelReport[] = [];
    for await (const batch of this.embedBatches(recording, contract, options)) {
      embeddings.set(batch.embeddings, epochs.length * this.width);
      epochs.push(...batch.epochs);
      chain = batch.chain;
    }
    return { embeddings, shape: [total, this.width], epochs, contract, chain, trained: this.trained };
  }

  /** `embed` batch by batch, in memory that does not grow with the recording. */
  async *embedBatches(
    recording: Recording,
    contract: Contract,
    options: RecordingOptions = {},
  ): AsyncGenerator<EmbedBatch, void> {
    for await (const { batch, outputs } of this.#run(recording, contract, ["embedding"], options)) {
      yield {
        embeddings: outputs.embedding.data as Float32Array,
        epochs: epochsOf(batch.windows, batch.quality, this.#windows(options).windowSeconds),
        chain: batch.chainReport,
      };
    }
  }

  /**
   * Any values of the network (see `openPanluna`: "tokens", "cross_attn.scores", "blocks.0", "latent", …) for every window, batch by batch.
   * @throws WeightsError for a name that the network does not have
   */
  async *values(
    recording: Recording,
    names: readonly string[],
    options: RecordingOptions = {},
  ): AsyncGenerator<ValuesBatch, void> {
    const contract = planContract(recording.channels, options);
    for await (const { batch, outputs } of this.#run(recording, contract, names, options)) {
      const epochs = epochsOf(batch.windows, batch.quality, this.#windows(options).windowSeconds);
      yield { outputs, epochs, contract, chain: batch.chainReport };
    }
  }

  /**
   * What the classification head says of every window, and of the recording: probabilities or values where the task is known, else logits.
   * @throws UsageError when the checkpoint has no classification head; ContractError, SignalError that say what to provide when the
   * recording lacks what the task needs
   */
  async predict(recording: Recording, options: PredictOptions = {}): Promise<PredictResult> {
    const { head } = this.model;
    if (head.kind !== "classify") throw needsHead("predict", "a classification head", head.kind);
    const plan = planPrediction(recording, this.task, options);
    const batches = this.#run(recording, plan.contract, predictedValues(plan), plan.options);
    return collectPrediction(batches, plan, { task: this.task, width: head.numClasses, trained: this.trained });
  }

  /**
   * Mask patches and let the model fill them in.
   * @throws UsageError when the checkpoint has no reconstruction head
   */
  async reconstruct(recording: Recording, options: ReconstructOptions = {}): Promise<Reconstruction> {
    const { head, sizes } = this.model;
    if (head.kind !== "reconstruct") throw needsHead("reconstruct", "a reconstruction head", head.kind);
    const contract = planContract(recording.channels, options);
    const session = await this.#session("reconstruct", () =>
      panlunaGraph(this.model, { montage: "embedded", masked: true, outputs: ["reconstruction"] }),
    );
    const result = await reconstructWindows({
      recording,
      contract,
      session,
      montage: await this.#montage(contract),
      sizes,
      numChannelNames: head.numChannelNames,
      options: { ...options, ...this.#windows(options) },
    });
    return { ...result, contract, trained: this.trained };
  }

  /** Seconds that the sessions spent computing, all together. */
  async secondsInModel(): Promise<number> {
    const sessions = await Promise.all(this.#sessions.values());
    return sessions.reduce((sum, session) => sum + session.seconds(), 0);
  }

  /** End all sessions. */
  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await (await session).close();
  }

  /** @throws UsageError for a window that is not a whole number of patches */
  #windows(options: RecordingOptions): WindowBatchOptions {
    const { windowSeconds = DEFAULT_WINDOW } = options;
    const patchSeconds = this.model.sizes.patchSize / MODEL_SFREQ;
    const patches = windowSeconds / patchSeconds;
    if (patches >= 1 && Math.abs(patches - Math.round(patches)) < 1e-9) return { ...options, windowSeconds };
    throw new UsageError({
      where: "option windowSeconds",
      what: "is not a whole number of patches",
      expected: `a multiple of ${patchSeconds} s`,
      got: `${windowSeconds} s`,
      todo: `Take ${Math.max(1, Math.round(patches)) * patchSeconds} s`,
    });
  }

  async *#run(recording: Recording, contract: Contract, names: readonly string[], options: RecordingOptions) {
    const session = await this.#session(names.join(), () =>
      panlunaGraph(this.model, { montage: "embedded", outputs: names }),
    );
    const montage = await this.#montage(contract);
    yield* runWindows({
      recording,
      contract,
      session,
      options: { ...options, ...this.#windows(options) },
      feeds: ({ shape: [batch] }) => ({ montage: repeated(montage, batch) }),
    });
  }

  /** The montage embedding of a contract, (1, C, D): made once, on the CPU, where its large angles are exact. */
  async #montage(contract: Contract): Promise<FeedTensor> {
    const session = await this.#session("montage", () => montageGraph(this.model), { provider: "cpu" });
    return (await session.run(montageFeeds(contract))).montage;
  }

  #session(
    key: string,
    graph: () => Parameters<Engine["createSession"]>[0],
    options: SessionOptions = {},
  ): Promise<Session> {
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const started = this.#engine.createSession(graph(), { ...this.#options, ...options });
    this.#sessions.set(key, started);
    return started;
  }
}

const DEFAULT_WINDOW = 5;

function needsHead(what: string, expected: string, kind: string): UsageError {
  return new UsageError({
    where: what,
    what: "the checkpoint cannot do this",
    expected,
    got: kind === "none" ? "an encoder without head" : `a head that can ${kind}`,
    todo: "Load a checkpoint with that head",
  });
}

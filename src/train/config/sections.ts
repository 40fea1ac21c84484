import { z } from "zod";
import { type InitialScale, type PanlunaSizes, PUBLISHED } from "../../model/index.ts";
import { SENSORS } from "../../signal/index.ts";

// Parts that the configurations of several commands share. `describe` is the reference that users read. `meta({ path })` marks files and folders;
// `meta({ machine })` marks what says where and how fast a run goes, not what comes out: it may change when a run is resumed.

/** A file or folder, relative to the folder of the configuration. */
export const pathTo = (what: string) => z.string().min(1).meta({ path: true, description: what });

export const count = (most = Number.MAX_SAFE_INTEGER) => z.int().min(1).max(most);
export const share = () => z.number().min(0).max(1);
export const chance = () => z.number().min(0).lt(1);
const positive = () => z.number().gt(0);
const beta = () => z.number().min(0).lt(1);

export const seed = z
  .int()
  .min(0)
  .default(0)
  .describe("of everything that is drawn at random: the same seed, the same run");

const size = (of: keyof typeof PUBLISHED, most: number, what: string) =>
  z.int().min(1).max(most).default(PUBLISHED[of]).describe(what);

const inMultiplesOf = (unit: number) => (value: number) => value % unit === 0;
const misfit = (expected: string) => `does not fit the network|${expected}`;

/** Weights of the largest network: 4 GB of float32, and three times that with the optimiser's. */
const MOST_WEIGHTS = 2 ** 30;

export const sizes = z
  .strictObject({
    patchSize: size("patchSize", 4096, "samples per patch, a multiple of 4").refine(
      inMultiplesOf(4),
      misfit("a multiple of 4"),
    ),
    embedDim: size("embedDim", 4096, "width of a channel token, a multiple of 16").refine(
      inMultiplesOf(16),
      misfit("a multiple of 16"),
    ),
    numHeads: size("numHeads", 256, "heads of the channel unification, a divisor of embedDim / 2"),
    depth: size("depth", 256, "blocks of the temporal encoder"),
    numQueries: size("numQueries", 256, "queries that the channels are unified into"),
    mlpRatio: positive()
      .max(64)
      .default(PUBLISHED.mlpRatio)
      .describe("hidden width of feed-forward parts over their input"),
  })
  .refine(({ embedDim, numHeads }) => embedDim % (2 * numHeads) === 0, {
    path: ["numHeads"],
    error: misfit("a divisor of embedDim / 2"),
  })
  .refine(({ embedDim, mlpRatio }) => Number.isInteger(mlpRatio * embedDim), {
    path: ["mlpRatio"],
    error: misfit("a whole number of hidden values, mlpRatio · embedDim"),
  })
  .refine((given) => weightsOfBlocks(given) <= MOST_WEIGHTS, {
    error: `makes a network of too many weights|at most ${MOST_WEIGHTS} in its blocks`,
  })
  .describe("Sizes of a network that starts from scratch; the published ones if not given. Not together with `init`.");

/** Projections and feed-forward part of each block, which are nearly all: depth · (4 + 2·mlpRatio) · W². */
const weightsOfBlocks = ({ depth, mlpRatio, numQueries, embedDim }: PanlunaSizes): number =>
  depth * (4 + 2 * mlpRatio) * (numQueries * embedDim) ** 2;

export const initialScale = (usual: InitialScale) =>
  z
    .enum(["paper", "fan-in"])
    .default(usual)
    .describe(
      "how wide untrained linear layers start, from scratch or in a new head: σ 0.02 (paper), or 1/√width (fan-in), which small networks and short trainings need",
    );

export const init = pathTo("checkpoint (.safetensors) to start from; from scratch if not given").optional();

export const sensors = z
  .array(z.enum(SENSORS))
  .min(1)
  .optional()
  .describe("sensors to use; all that the windows have if not given");

export const minQuality = share()
  .default(0)
  .describe("leave out windows of which a smaller share of the channels is usable");

const splitShare = (what: string) => z.number().min(0).lt(1).describe(what);

const officialSplit = z.literal("official").describe("as the dataset itself assigns people");
const splitFile = z.strictObject({
  file: pathTo("JSON file with the split of every subject, of all stores together or by name of the dataset"),
});
const splitSeed = z.int().min(0).default(0).describe("of the draw of subjects");

/** How the subjects of the stores are divided for pretraining. */
export const pretrainSplit = z
  .union([officialSplit, z.strictObject({ val: splitShare("share of the subjects"), seed: splitSeed }), splitFile])
  .describe("Which subjects are kept for validation; no subject is ever on both sides.");

/** How the subjects are divided for a task. */
export const taskSplit = z
  .union([
    officialSplit,
    z.strictObject({
      val: splitShare("share of the subjects for validation"),
      test: splitShare("share of the subjects for testing"),
      seed: splitSeed,
    }),
    z.strictObject({
      folds: z.int().min(2).describe("number of folds of a cross-validation over subjects"),
      fold: z.int().min(0).describe("the fold that is tested, from 0; the next one validates"),
      seed: splitSeed,
    }),
    splitFile,
  ])
  .describe("Which subjects train, validate and test; no subject is ever on two sides.");

export const batch = (windows: number, micro: number) =>
  z
    .strictObject({
      windows: count(2 ** 20)
        .default(windows)
        .describe("windows per optimiser step, over all ranks; a multiple of `micro`"),
      micro: count(2 ** 20)
        .default(micro)
        .describe("most windows at a time in memory; gradients add up over a batch"),
    })
    .refine((b) => b.windows % b.micro === 0, {
      path: ["windows"],
      error: "does not divide into micro-batches|a multiple of batch.micro",
    })
    .prefault({});

export const optimizer = (defaults: { lr: number; betas: [number, number] }) => ({
  lr: positive().default(defaults.lr).describe("highest learning rate of AdamW"),
  betas: z.tuple([beta(), beta()]).default(defaults.betas).describe("decay of the two moments"),
  eps: positive().default(1e-8).describe("added to the root of the second moment"),
  weightDecay: z.number().min(0).default(0.05).describe("decoupled: times the learning rate"),
  clip: z.number().min(0).default(1).describe("greatest norm of the gradient of all weights; 0 does not clip"),
  decay: z
    .enum(["all", "matrices"])
    .default("all")
    .describe("what decays: all weights, or not biases, norms and tokens"),
});

export const schedule = (warmup: number, final: number) =>
  z
    .strictObject({
      warmup: chance().default(warmup).describe("share of the steps in which the learning rate rises from 0"),
      final: z.number().min(0).default(final).describe("learning rate at the end of the cosine"),
    })
    .prefault({});

export const augment = z
  .strictObject({
    gain: z.number().min(0).default(0).describe("σ of the logarithm of a random factor per channel"),
    noise: z.number().min(0).default(0).describe("σ of added white noise, in standard deviations of the channel"),
    shift: z
      .number()
      .min(0)
      .default(0)
      .describe("longest random shift in time, seconds, around the ends of the window"),
    reference: share()
      .default(0)
      .describe(
        "chance of a micro-batch with four EEG electrodes or more to be measured against their mean, or against one of them, which leaves it",
      ),
    montage: share()
      .default(0)
      .describe(
        "chance of a micro-batch, for EEG and ECG each, to have the channels of a smaller set-up: a headband, eight electrodes or any of them; one lead or the limb leads",
      ),
  })
  .prefault({})
  .describe("Changes to training windows. Off by default; not in the paper.");

export const channelDropout = chance()
  .default(0)
  .describe(
    "chance of each channel to be left out of a micro-batch, for robustness to missing channels; not in the paper",
  );
export const modalityDropout = chance()
  .default(0)
  .describe("chance that one sensor is left out of a micro-batch of several; not in the paper");

export const ema = chance()
  .default(0)
  .describe("decay of a running mean of the weights that is kept beside them; 0 keeps none");

export const dropout = chance().default(0.1).describe("in the feed-forward parts of the channel unification");

export const checkpoints = z
  .strictObject({
    every: count().default(500).describe("steps from checkpoint to checkpoint"),
    keep: count().default(2).describe("how many of the last checkpoints stay, beside the best"),
  })
  .prefault({})
  .meta({ machine: true });

export const provider = z
  .enum(["cpu", "webgpu"])
  .default("cpu")
  .meta({ machine: true, description: "where the graph runs" });
export const threads = count(1024).optional().meta({
  machine: true,
  description: "threads of one rank; one per core, shared by the ranks of a machine, if not given",
});

export const loader = z
  .strictObject({
    workers: z.int().min(0).max(64).default(1).describe("threads that read windows ahead; 0 reads between the steps"),
    prefetch: count(4096)
      .optional()
      .describe("micro-batches read ahead; those of one step, and at least 8, if not given"),
  })
  .prefault({})
  .meta({ machine: true });

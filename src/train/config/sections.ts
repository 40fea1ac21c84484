import { z } from "zod";
import { type InitialScale, PUBLISHED } from "../../model/index.ts";
import { SENSORS } from "../../signal/index.ts";

// Parts that the configurations of several commands share. `describe` is the reference that users read. `meta({ path })` marks files and folders;
// `meta({ machine })` marks what says where and how fast a run goes, not what comes out: it may change when a run is resumed.

/** A file or folder, relative to the folder of the configuration. */
export const pathTo = (what: string) => z.string().min(1).meta({ path: true, description: what });

export const count = () => z.int().min(1);
export const share = () => z.number().min(0).max(1);
export const chance = () => z.number().min(0).lt(1);
const positive = () => z.number().gt(0);
const beta = () => z.number().min(0).lt(1);

export const seed = z
  .int()
  .min(0)
  .default(0)
  .describe("of everything that is drawn at random: the same seed, the same run");

const size = (of: keyof typeof PUBLISHED, what: string) => z.number().gt(0).default(PUBLISHED[of]).describe(what);

export const sizes = z
  .strictObject({
    patchSize: size("patchSize", "samples per patch, a multiple of 4"),
    embedDim: size("embedDim", "width of a channel token, a multiple of 16"),
    numHeads: size("numHeads", "heads of the channel unification"),
    depth: z.int().min(0).default(PUBLISHED.depth).describe("blocks of the temporal encoder"),
    numQueries: size("numQueries", "queries that the channels are unified into"),
    mlpRatio: size("mlpRatio", "hidden width of feed-forward parts over their input"),
  })
  .describe("Sizes of a network that starts from scratch; the published ones if not given. Not together with `init`.");

export const initialScale = (usual: InitialScale) =>
  z
    .enum(["paper", "fan-in"])
    .default(usual)
    .describe(
      "how wide linear layers start from scratch: σ 0.02 (paper), or 1/√width (fan-in), which small networks and short trainings need",
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
const splitFile = z.strictObject({ file: pathTo("JSON file with the split of every subject") });
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
      windows: count().default(windows).describe("windows per optimiser step, over all ranks; a multiple of `micro`"),
      micro: count().default(micro).describe("most windows at a time in memory; gradients add up over a batch"),
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
  })
  .prefault({})
  .describe("Changes to z-scored training windows. Off by default; not in the paper.");

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
export const threads = count()
  .optional()
  .meta({ machine: true, description: "threads of one rank; all cores if not given" });

export const loader = z
  .strictObject({
    workers: z.int().min(0).default(1).describe("threads that read windows ahead; 0 reads between the steps"),
    prefetch: count().optional().describe("micro-batches read ahead; those of one step if not given"),
  })
  .prefault({})
  .meta({ machine: true });

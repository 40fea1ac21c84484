import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type CommandConfig,
  configReference,
  finetuneConfig,
  markedPaths,
  parseConfig,
  pretrainConfig,
} from "./index.ts";

const MINIMAL = "corpora: [{ store: a }]\n";
const pretrain = (text: string, set: string[] = []) => parseConfig(text, pretrainConfig, { name: "p.yaml", set });
const finetune = (text: string) => parseConfig(`stores: [a]\ntask: x\n${text}`, finetuneConfig, { name: "f.yaml" });

describe("the configuration of pretraining", () => {
  it("has the values of the paper where none are given", () => {
    expect(pretrain(MINIMAL)).toMatchObject({
      seed: 0,
      sizes: { patchSize: 32, embedDim: 64, numHeads: 2, depth: 6, numQueries: 4, mlpRatio: 4 },
      corpora: [{ store: "a", weight: 1 }],
      epochs: 150,
      optimizer: { lr: 1.25e-4, betas: [0.9, 0.98], weightDecay: 0.05, clip: 1, decay: "all" },
      schedule: { warmup: 10 / 150, final: 2.5e-7 },
      masking: { ratio: 0.5, kind: "patch" },
      locationNoise: 0.02,
      dropout: 0.1,
      channelDropout: 0,
      modalityDropout: 0,
      augment: { gain: 0, noise: 0, shift: 0 },
      ema: 0,
    });
  });

  it("starts from a checkpoint's sizes instead of the published ones", () => {
    expect(pretrain(`${MINIMAL}init: m.safetensors`).sizes).toBeUndefined();
    expect(() => pretrain(`${MINIMAL}init: m.safetensors\nsizes: {depth: 2}`)).toThrow(/sizes stands beside `init`/);
    expect(pretrain(`${MINIMAL}sizes: {depth: 2}`).sizes).toMatchObject({ depth: 2, embedDim: 64 });
  });

  it("counts steps or epochs, not both", () => {
    expect(pretrain(`${MINIMAL}steps: 10`).epochs).toBeUndefined();
    expect(() => pretrain(`${MINIMAL}steps: 10\nepochs: 2`)).toThrow("p.yaml: epochs stands beside `steps` at line 3");
  });

  it.each<[string, RegExp]>([
    ["", /^p.yaml: corpora is missing: expected a list$/],
    [
      `${MINIMAL}optimiser: {lr: 1}`,
      /^p.yaml: optimiser is not an option at line 2: expected seed, .*\. Did you mean optimizer\?$/,
    ],
    [
      `${MINIMAL}optimizer:\n  lr: fast`,
      /^p.yaml: optimizer.lr is of the wrong kind at line 3: expected a number, got "fast"$/,
    ],
    [`${MINIMAL}optimizer: {lr: 0}`, /optimizer.lr is too small at line 2: expected more than 0, got 0/],
    [`${MINIMAL}optimizer: {betas: [0.9]}`, /optimizer.betas/],
    [
      `${MINIMAL}masking: {kind: chunks}`,
      /masking.kind is none of its values at line 2: expected patch, time-block, got "chunks"/,
    ],
    [`${MINIMAL}masking: {ratio: 1}`, /masking.ratio is too large at line 2: expected less than 1, got 1/],
    [`${MINIMAL}batch: {windows: 10}`, /batch.windows does not divide.* at line 2: expected a multiple of batch.micro/],
    [
      `${MINIMAL}split: offical`,
      /split is none of what it can be.*expected "official", or \{ val, seed \}, or \{ file \}, got "offical"/,
    ],
    [
      `${MINIMAL}split: {vall: 0.1}`,
      /split.vall is not an option at line 2.*Did you mean val\?\. Also: split.val is missing/,
    ],
    [`${MINIMAL}split: {file: 3}`, /split.file is of the wrong kind/],
    [`${MINIMAL}sizes:\n  embedDim: 20`, /sizes.embedDim does not fit .* at line 3: expected a multiple of 16/],
    [`${MINIMAL}sizes: {patchSize: 30}`, /sizes.patchSize does not fit .*: expected a multiple of 4/],
    [`${MINIMAL}sizes: {numQueries: 1.5}`, /sizes.numQueries/],
    [`${MINIMAL}sizes: {numHeads: 3}`, /sizes.numHeads does not fit .*: expected a divisor of embedDim \/ 2/],
    [`${MINIMAL}sizes: {mlpRatio: 0.001}`, /sizes.mlpRatio does not fit .*: expected a whole number of hidden values/],
    [`${MINIMAL}sizes: {depth: 0}`, /sizes.depth is too small at line 2: expected at least 1, got 0/],
    [`${MINIMAL}sizes: {embedDim: 1600000000}`, /sizes.embedDim is too large/],
    [`${MINIMAL}sizes: {embedDim: 4096, numQueries: 64}`, /sizes makes a network of .* weights .*: expected at most/],
    [`${MINIMAL}loader: {prefetch: 1000000000}`, /loader.prefetch is too large/],
    [`${MINIMAL}loader: {workers: 100000}`, /loader.workers is too large/],
    [`${MINIMAL}threads: 100000`, /threads is too large/],
    [`${MINIMAL}batch: {windows: 1000000000000, micro: 1}`, /batch.windows is too large/],
    [`${MINIMAL}masking: {kind: time-block, blockSeconds: 1.0e+306}`, /masking.blockSeconds is too large/],
    ["corpora: []", /corpora is too short/],
    [
      "corpora: [{store: a, sensors: [egg]}]",
      /corpora\[0\].sensors\[0\] is none of its values.*expected ecg, eeg, ppg, got "egg"/,
    ],
    ["- 3", /the configuration is of the wrong kind/],
    [`${MINIMAL}seed: 1\nseed: 2`, /is not sound YAML at line 3, column 1: got Map keys must be unique/],
    [`${MINIMAL}seed: !int 1`, /is not sound YAML at line 2/],
    [`${MINIMAL}seed: [`, /is not sound YAML/],
    [`${MINIMAL}__proto__: {seed: 1}`, /__proto__ is not an option/],
    [`a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [${"*a,".repeat(30)}]\nc: [${"*b,".repeat(30)}]`, /cannot be read/],
    ["x".repeat(2 ** 20 + 1), /is too long/],
  ])("refuses %j", (text, message) => {
    expect(() => pretrain(text)).toThrow(message);
  });
});

describe("the configuration of fine-tuning", () => {
  it("has the values of the paper where none are given", () => {
    expect(finetune("")).toMatchObject({
      mode: "full",
      lora: { rank: 16, alpha: 32, dropout: 0.1 },
      optimizer: { lr: 5e-4, betas: [0.9, 0.999], weightDecay: 0.05, layerDecay: 0.75 },
      stochasticDepth: 0.1,
      classWeights: "none",
      labelSmoothing: 0,
      earlyStopping: { patience: 12, metric: "loss" },
      split: "official",
    });
  });

  it("rounds without noise, and nothing that has adapters", () => {
    const config = finetune("init: a\nquantize: {weights: 2}\nhead: {init: b}\ndropout: 0.3");
    expect(config.quantize).toEqual({ weights: 2, range: "mse", calibrationWindows: 64 });
    expect([config.dropout, config.stochasticDepth, config.head]).toEqual([0, 0, { dropout: 0, init: "b" }]);
    expect(() => finetune("quantize: {weights: 3}")).toThrow(/quantize.weights is none of its values.*8, 4, 2/);
    expect(() => finetune("quantize: {}\ninit: a\nmode: lora")).toThrow(/quantize does not round adapters/);
    expect(() => finetune("head: {init: b}")).toThrow(/head.init has no encoder to stand on/);
    expect(() => finetune("head: {start: kept}")).toThrow(/head.start keeps the head of no checkpoint/);
  });

  it("divides subjects in one of four ways", () => {
    expect(finetune("split: {folds: 5, fold: 4}").split).toEqual({ folds: 5, fold: 4, seed: 0 });
    expect(finetune("split: {val: 0.2, test: 0.2, seed: 3}").split).toEqual({ val: 0.2, test: 0.2, seed: 3 });
    expect(finetune("split: {file: s.json}").split).toEqual({ file: "s.json" });
    expect(() => finetune("split: {folds: 5, fold: 5}")).toThrow(/split.fold is not one of the folds at line 3/);
    expect(() => finetune("split: {val: 0.5, test: 0.5}")).toThrow(/split.val leaves nothing to train on/);
  });
});

describe("assignments from the command line", () => {
  it("win over the file, may reach into lists and make what is not there", () => {
    const set = [
      "optimizer.lr=1e-3",
      "corpora.0.weight=2",
      "corpora.1={store: b, sensors: [eeg]}",
      "seed = 7",
      "seed=8",
    ];
    expect(pretrain(`${MINIMAL}seed: 3`, set)).toMatchObject({
      seed: 8,
      optimizer: { lr: 1e-3, betas: [0.9, 0.98] },
      corpora: [
        { store: "a", weight: 2 },
        { store: "b", sensors: ["eeg"] },
      ],
    });
    expect(pretrain("", ["corpora=[{store: z}]"]).corpora[0].store).toBe("z");
    expect(pretrain(`${MINIMAL}seed: 3\ninit: a`, ["init=null", "seed=null", "ema=null"])).toEqual(pretrain(MINIMAL));
  });

  it.each<[string, RegExp]>([
    ["optimizer.lr", /--set optimizer.lr: is not an assignment: expected path.to.option=value/],
    ["=3", /is not an assignment/],
    ["optimizer..lr=3", /is not an assignment/],
    ["seed.x=3", /leads through seed, which has no parts/],
    ["corpora.5.weight=3", /does not name a place of the list corpora: expected 0 to 1/],
    ["corpora.first.weight=3", /does not name a place of the list corpora/],
    ["seed=[", /has a value that is not sound YAML/],
    ["optimizer.rate=3", /^p.yaml: optimizer.rate is not an option: expected/],
  ])("refuse %s", (assignment, message) => {
    expect(() => pretrain(`${MINIMAL}seed: 1`, [assignment])).toThrow(message);
  });
});

describe("paths", () => {
  it("are resolved wherever they stand, and nothing else is", () => {
    const text = `${MINIMAL}init: m.safetensors\nsplit: {file: s.json}`;
    const config = parseConfig(text, pretrainConfig, { name: "p.yaml", resolvePath: (path) => `/data/${path}` });
    expect(config).toMatchObject({
      corpora: [{ store: "/data/a" }],
      init: "/data/m.safetensors",
      split: { file: "/data/s.json" },
    });
    expect(config.provider).toBe("cpu");
  });
});

describe("what may change when a run goes on", () => {
  it("is named whether it was given or not, in every corpus", () => {
    const config = { corpora: [{ store: "a" }, { store: "b", weight: 2 }], split: { file: "people.json" } };
    const machine = ["checkpoints", "provider", "threads", "loader"];
    expect(markedPaths(pretrainConfig.schema, config, ["path", "machine"])).toEqual([
      ...["init", "corpora[0].store", "corpora[1].store", "split.file"],
      ...machine,
    ]);
    expect(markedPaths(finetuneConfig.schema, { stores: ["a"] }, ["machine"])).toEqual(machine);
  });
});

describe("the reference", () => {
  it.each<CommandConfig<never>>([pretrainConfig, finetuneConfig] as never)(
    "of $name says of every option what it is",
    (command) => {
      const rows = configReference(command)
        .split("\n")
        .filter((line) => line.startsWith("| `"));
      expect(rows.length).toBeGreaterThan(30);
      for (const row of rows) expect(row).toMatch(/^\| `[\w.[\]]+` \| [^|]+ \| [^|]* \| [^|]+ \|$/);
      expect(rows).toContain("| `optimizer.eps` | number, > 0 | `1e-8` | added to the root of the second moment |");
    },
  );
});

describe("configs/", () => {
  const folder = new URL("../../../configs/", import.meta.url);
  it.each(readdirSync(folder).filter((name) => name.endsWith(".yaml")))("%s is sound", (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    if (name.startsWith("pretrain")) parseConfig(text, pretrainConfig, { name });
    else parseConfig(text, finetuneConfig, { name });
  });
});

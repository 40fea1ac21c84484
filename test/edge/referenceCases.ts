import { randomStream } from "../../src/model/random.ts";
import * as integer from "../../src/quant/integer/index.ts";
import { type Numbers, OPERATORS, type OpCase } from "./opsCases.ts";

type Multiplier = integer.Multiplier;

/** The published network on 12 channels for 20 s. */
const [CHANNELS, TIMES, PATCH, EMBED, WIDTH, HIDDEN] = [12, 80, 32, 64, 256, 1024];
const ROWS = CHANNELS * TIMES;
const HEAD = 32;

/** How values spread over their range, and where multipliers lie. */
const DRAWS = ["all of the range", "few steps", "seldom large"] as const;

/** Drawn values under a name; `spread` chooses among DRAWS. */
class Dice {
  constructor(private readonly spread: (typeof DRAWS)[number]) {}

  whole(what: string, count: number, limit: number): number[] {
    const uniform = randomStream(31, `edge/reference/${this.spread}/${what}`).uniform(0, count);
    const power = this.spread === "seldom large" ? 7 : 1;
    const most = this.spread === "few steps" ? Math.min(limit, 3) : limit;
    return Array.from(uniform, (u) => Math.round(most * Math.sign(2 * u - 1) * Math.abs(2 * u - 1) ** power));
  }

  int8 = (what: string, count: number): Int8Array => Int8Array.from(this.whole(what, count, 127));
  int16 = (what: string, count: number): Int16Array => Int16Array.from(this.whole(what, count, 32767));
  int32 = (what: string, count: number, limit: number): Int32Array => Int32Array.from(this.whole(what, count, limit));

  /** Near a factor: half to twice of it. */
  multiplier(what: string, near: number): Multiplier {
    return integer.multiplierOf(near * 2 ** (2 * randomStream(32, `edge/reference/${what}`).uniform(0, 1)[0] - 1));
  }

  /** Anywhere. */
  multipliers(what: string, count: number): Multiplier[] {
    const words = randomStream(33, `edge/reference/${this.spread}/${what}`).words(0, 2 * count);
    return Array.from({ length: count }, (_, i) => ({
      m: 2 ** 30 + (words[2 * i] >>> 2),
      shift: 1 + (words[2 * i + 1] % 62),
    }));
  }
}

/** For constants of layers. */
const WHOLE = new Dice("all of the range");

/** A whole number of 64 bits as two words. */
const wide = (v: bigint): number[] => [Number(BigInt.asIntN(32, v)), Number(BigInt.asIntN(32, v >> 32n))];
const pair = ({ m, shift }: Multiplier): number[] => [m, shift];
const array = (values: ArrayLike<number>): Numbers => ({ count: values.length, values });
const pairs = (scales: readonly Multiplier[]): Numbers => array(scales.flatMap(pair));

/** Results as ops.c prints them. */
function printed(y: Int8Array | Int16Array | Int32Array): string {
  const bytes = Buffer.from(y.buffer, y.byteOffset, y.byteLength);
  if (y.length <= 256) return bytes.toString("hex");
  let sum = 2166136261; // FNV-1a
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 16777619);
  const word = Buffer.alloc(4);
  word.writeInt32LE(sum);
  return word.toString("hex");
}

type Call = readonly [OpCase["op"], OpCase["args"], Int8Array | Int16Array | Int32Array];

const inverses = (dice: Dice): Call[] => {
  const [a, b] = [dice.multipliers("a", 200), dice.multipliers("b", 200)];
  const both = a.flatMap((first, i) => [first, b[i]]);
  const products = a.flatMap((first, i) => pair(integer.combine(first, b[i])));
  const d = dice.int32("d", 300, 2 ** 31 - 1).map((v) => Math.max(1, Math.abs(v)));
  const parts = dice.int32("v", 600, 2 ** 30 - 1).map(Math.abs);
  const v = Array.from({ length: 300 }, (_, i) => (BigInt(parts[2 * i]) << 32n) + BigInt(parts[2 * i + 1]) + 1n);
  return [
    [
      "combine",
      { m: array(both.map(({ m }) => m)), s: array(both.map(({ shift }) => shift)) },
      Int32Array.from(products),
    ],
    ["reciprocal", { d: array(d) }, Int32Array.from([...d].flatMap((value) => pair(integer.reciprocal(value))))],
    ["isqrt", { v: array(v.flatMap(wide)) }, Int32Array.from(v, integer.isqrt)],
    ["inverse_root", { v: array(v.flatMap(wide)) }, Int32Array.from(v.flatMap((x) => pair(integer.inverseRoot(x))))],
  ];
};

function scaled(dice: Dice): Call[] {
  const a = dice.int32("scaled", 200, 2 ** 31 - 1);
  return dice.multipliers("scale", 20).flatMap((by): Call[] => [
    ["scaled8", { by: pair(by), a: array(a) }, Int8Array.from(a, (v) => integer.clip8(integer.requantize(v, by)))],
    ["scaled16", { by: pair(by), a: array(a) }, Int16Array.from(a, (v) => integer.clip16(integer.requantize(v, by)))],
  ]);
}

function simple(dice: Dice): Call[] {
  const hidden = dice.int8("hidden", TIMES * HIDDEN);
  const scales = { from: 0.04, to: 0.025 };
  const [a, b] = [dice.int16("a", TIMES * WIDTH), dice.int16("b", TIMES * WIDTH)];
  const [table8, table16] = [integer.table8(integer.gelu, scales), integer.table16(integer.gelu, scales)];
  const narrow = dice.multiplier("narrow", 1 / 200);
  const mean = { s8: dice.multiplier("mean8", 1 / TIMES), s16: dice.multiplier("mean16", 1 / TIMES / 256) };
  const latent = dice.int8("latent", TIMES * WIDTH);
  const shape = { rows: TIMES, columns: WIDTH };
  return [
    ["table_s8", { table: array(table8), x: array(hidden) }, integer.lookUp(hidden, table8)],
    ["table_s8_s16", { table: array(table16), x: array(hidden) }, integer.lookUp(hidden, table16)],
    ["add", { a: array(a), b: array(b) }, integer.add(a, b)],
    ["requantize", { by: pair(narrow), x: array(a) }, integer.narrow(a, narrow)],
    ["mean_rows_s8", { ...shape, by: pair(mean.s8), x: array(latent) }, integer.meanRows(latent, WIDTH, mean.s8)],
    ["mean_rows_s16", { ...shape, by: pair(mean.s16), x: array(a) }, integer.meanRows(a, WIDTH, mean.s16)],
  ];
}

/** Constants of a norm over n values and the words that ops.c reads of them. */
function normOf(dice: Dice, what: string, n: number, columns: number | undefined) {
  const statistics = integer.normStatistics(n, 1e-5, 0.004);
  const output = dice.multiplier(what, 31.7 / 1024 / (columns === undefined ? 1 : 12_000));
  const affine =
    columns === undefined
      ? undefined
      : { gamma: WHOLE.int16(`${what}/gamma`, columns), beta: WHOLE.int32(`${what}/beta`, columns, 2 ** 24) };
  const words = {
    epsilon: wide(BigInt(statistics.epsilon)),
    root: pair(statistics.root),
    out: pair(output),
    affine: affine === undefined ? 0 : 1,
    ...(affine && { gamma: array(affine.gamma), beta: array(affine.beta) }),
  };
  return { constants: { ...statistics, output, affine }, words };
}

function norms(dice: Dice): Call[] {
  const rows = { s8: dice.int8("norm", TIMES * WIDTH), s16: dice.int16("norm", TIMES * WIDTH) };
  const products = { s8: dice.int8("group", ROWS * EMBED), s16: dice.int16("group", ROWS * EMBED) };
  const group = Int8Array.from({ length: EMBED }, (_, c) => Math.floor((c % 16) / 4));
  return (["s8", "s16"] as const).flatMap((kind) =>
    [true, false].flatMap((affine): Call[] => {
      const layer = normOf(dice, "layer", WIDTH, affine ? WIDTH : undefined);
      const wave = normOf(dice, "groups", (ROWS * EMBED) / 4, affine ? EMBED : undefined);
      const [own, window] = [
        { rows: TIMES, columns: WIDTH },
        { rows: ROWS, columns: EMBED },
      ];
      return [
        [
          `layer_norm_${kind}`,
          { rows: TIMES, n: WIDTH, ...layer.words, x: array(rows[kind]) },
          integer.layerNorm(rows[kind], own, layer.constants),
        ],
        [
          `group_norm_${kind}`,
          { ...window, groups: 4, group: array(group), ...wave.words, x: array(products[kind]) },
          integer.groupNorm(products[kind], window, group, wave.constants),
        ],
      ];
    }),
  );
}

/** Eight heads over the times, two over the channels. */
function selfAttentions(dice: Dice): Call[] {
  return [
    { length: TIMES, heads: 8 },
    { length: CHANNELS, heads: 2 },
  ].map(({ length, heads }): Call => {
    const width = heads * HEAD;
    const [q, k, v] = ["q", "k", "v"].map((what) => dice.int8(`${what}/${heads}`, length * width));
    const scores = dice.multiplier(`scores/${heads}`, (32 * 2) / (60 * 60 * Math.sqrt(HEAD)));
    const values = dice.multiplier(`values/${heads}`, 1.4);
    const strides = { q_stride: width, k_stride: width, v_stride: width, y_stride: width };
    return [
      "attention",
      {
        ...{ rows: length, length, heads, size: HEAD, ...strides, scores: pair(scores), values: pair(values) },
        ...{ q: array(q), k: array(k), v: array(v) },
      },
      integer.selfAttention({ q, k, v }, { sequences: 1, length, heads, size: HEAD }, { scores, values }),
    ];
  });
}

/** Eight query rows to the channels of a patch time; tokens lie channel by channel. */
function queryAttentions(dice: Dice): Call[] {
  const tokens = dice.int8("tokens", ROWS * EMBED);
  const queries = dice.int8("queries", 8 * EMBED);
  const scores = Array.from({ length: 8 }, (_, r) => dice.multiplier(`query/${r}`, (32 * 2) / (60 * 60 * 8)));
  const values = dice.multiplier("query/values", 1.4);
  const stride = TIMES * EMBED;
  const shape = { groups: 1, tokens: CHANNELS, width: EMBED };
  return [0, 1, TIMES - 1].map((time): Call => {
    const own = tokens.subarray(time * EMBED, (CHANNELS - 1) * stride + (time + 1) * EMBED);
    const gathered = Int8Array.from({ length: CHANNELS * EMBED }, (_, i) => {
      return own[Math.floor(i / EMBED) * stride + (i % EMBED)];
    });
    return [
      "query_attention",
      {
        ...{ rows: 8, length: CHANNELS, size: EMBED, token_stride: stride, values: pair(values) },
        ...{ scores: pairs(scores), queries: array(queries), tokens: array(own) },
      },
      integer.queryAttention(gathered, shape, { queries, scores, values }),
    ];
  });
}

function signal(dice: Dice): Call[] {
  const heads = 16; // queries and keys of eight
  const turned = dice.int16("turned", TIMES * heads * HEAD);
  const angles = Array.from({ length: (TIMES * HEAD) / 2 }, (_, i) => {
    return Math.floor(i / (HEAD / 2)) * 10_000 ** (-(i % (HEAD / 2)) / (HEAD / 2));
  });
  const tables = integer.rotaryTables(angles);
  const by = dice.multiplier("rotary", 127 / 32767 / 2 ** 15);
  const shape = { rows: TIMES, heads, size: HEAD };
  const x = dice.int16("signal", ROWS * PATCH);
  const waves = integer.twiddles(PATCH);
  const magnitudes = Array.from({ length: PATCH / 2 + 1 }, (_, k) => dice.multiplier(`bin/${k}`, 1e-5 * 1.6 ** k));
  const counts = dice.int32("counts", 2560, 2 ** 23 - 1);
  const root = integer.zscoreRoot(counts.length);
  return [
    [
      "rotary",
      {
        ...{ ...shape, x_stride: heads * HEAD, y_stride: heads * HEAD, by: pair(by) },
        ...{ x: array(turned), cosines: array(tables.cos), sines: array(tables.sin) },
      },
      integer.rotary(turned, shape, tables, by),
    ],
    [
      "frequency_features",
      {
        ...{ patches: ROWS, samples: PATCH, bins: PATCH / 2 + 1, magnitudes: pairs(magnitudes) },
        ...{ x: array(x), cosines: array(waves.cos), sines: array(waves.sin) },
      },
      integer.frequencyFeatures(x, { patches: ROWS, size: PATCH }, waves, magnitudes),
    ],
    ["zscore", { root: pair(root), x: array(counts) }, integer.zscoreCounts(counts, 1, root)],
  ];
}

const CALLS = [inverses, scaled, simple, norms, selfAttentions, queryAttentions, signal];

/** Every operator at the sizes of the published network on drawn integers, with the results of src/quant/integer. */
export const referenceCases = (): OpCase[] =>
  DRAWS.flatMap((spread) =>
    CALLS.flatMap((calls) => calls(new Dice(spread))).map(([op, args, y]) => ({
      op,
      name: `${spread}, ${y.length} values`,
      args,
      y: printed(y),
    })),
  );

/** Whether a case is there for each. */
export const missingOperators = (cases: readonly OpCase[]): string[] =>
  OPERATORS.filter((op) => !cases.some((of) => of.op === op));

import { FormatError } from "../errors.ts";

/** Values `[start, end)` of a tensor, flattened row-major. */
export interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Largest allowed differences. One that is not stated allows none. */
export interface Tolerances {
  /** What a user gets: reconstruction and logits. */
  readonly forward: number;
  /** Everything on the way. */
  readonly intermediate: number;
  readonly loss: number;
  /** A gradient may differ by `grad_abs + grad_rel · max|g|` of its tensor. */
  readonly grad_abs: number;
  readonly grad_rel: number;
  /** Norm of the gradient before clipping. */
  readonly grad_norm: number;
  /** Every parameter after steps of the optimiser. */
  readonly param_max: number;
  /** 99.9 % of them. */
  readonly param_p999: number;
}

/** AdamW as the authors ran it. */
export interface CaseOptimizer {
  readonly lr: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weight_decay: number;
  readonly decay_every_parameter: boolean;
  readonly clip_norm: number;
  readonly steps: number;
}

/** `case.json`: what the case is and how close an implementation must come. */
export interface CaseInfo {
  readonly name: string;
  readonly task: "reconstruct" | "classify";
  readonly kind?: "train" | "lora";
  readonly loss: string;
  readonly model: {
    readonly patch_size: number;
    readonly embed_dim: number;
    readonly num_heads: number;
    readonly depth: number;
    readonly num_queries: number;
    readonly mlp_ratio: number;
    readonly num_classes: number;
  };
  readonly tolerances: Tolerances;
  readonly lora?: { readonly scaling: number };
  /** Of `kind` "train". */
  readonly optimizer?: CaseOptimizer;
  /** Parameters without a gradient. */
  readonly frozen?: readonly string[];
  /** What has a gradient, where that is not everything but `frozen`. */
  readonly trainable?: readonly string[];
  /** Gradients that are 0 in real arithmetic. */
  readonly zero_gradient_by_theory: readonly Span[];
  /** Parameters that the optimiser moves at random, because their gradient is 0 in real arithmetic. */
  readonly skip_parameters: readonly Span[];
  /** Files of the folder; the ones that every case has are not asked for here. */
  readonly files: readonly string[];
}

const MODEL_SIZES = ["patch_size", "embed_dim", "num_heads", "depth", "num_queries", "mlp_ratio", "num_classes"];
const TOLERANCES = [
  "forward",
  "intermediate",
  "loss",
  "grad_abs",
  "grad_rel",
  "grad_norm",
  "param_max",
  "param_p999",
] as const satisfies readonly (keyof Tolerances)[];

/** More steps than any case has; a file must not keep a machine busy for ever. */
const MOST_STEPS = 1000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Read `case.json`. Every field that decides how a case runs or how it is judged is checked; all others are left aside.
 * @throws FormatError that names the field
 */
export function parseCaseInfo(bytes: Uint8Array): CaseInfo {
  const fields = parseObject(bytes);
  const { name, task, kind, model, tolerances } = fields;
  const known = (task === "reconstruct" || task === "classify") && typeof name === "string";
  if (!known || !isObject(model) || !isObject(tolerances)) {
    const types = `model ${typeof model}, tolerances ${typeof tolerances}`;
    throw noCase(`name ${JSON.stringify(name)}, task ${JSON.stringify(task)}, ${types}`);
  }
  demand(kind === undefined || kind === "train" || kind === "lora", "kind", '"train", "lora" or none', kind);
  const loss = fields.loss ?? "";
  const losses = task === "classify" ? ["cross_entropy", "bce"] : undefined;
  demand(typeof loss === "string" && (losses?.includes(loss) ?? true), "loss", '"cross_entropy" or "bce"', loss);
  return {
    name,
    task,
    loss,
    model: modelOf(model),
    tolerances: tolerancesOf(tolerances),
    ...(kind !== undefined && { kind }),
    ...(kind === "lora" && { lora: loraOf(fields.lora) }),
    ...(kind === "train" && { optimizer: optimizerOf(fields.optimizer) }),
    ...(fields.frozen !== undefined && { frozen: namesOf(fields.frozen, "frozen") }),
    ...(fields.trainable !== undefined && { trainable: namesOf(fields.trainable, "trainable") }),
    zero_gradient_by_theory: spansOf(fields.zero_gradient_by_theory, "zero_gradient_by_theory"),
    skip_parameters: spansOf(fields.skip_parameters, "skip_parameters"),
    files: namesOf(fields.files ?? [], "files"),
  };
}

function parseObject(bytes: Uint8Array): Fields {
  let fields: unknown;
  try {
    fields = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw noCase(String(cause), cause);
  }
  return isObject(fields) ? fields : {};
}

const noCase = (got: string, cause?: unknown): FormatError =>
  new FormatError({
    where: "case.json",
    what: "does not describe a case",
    expected: 'JSON with "name", "task" (reconstruct or classify), "model" and "tolerances"',
    got,
    cause,
  });

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function demand(holds: boolean, field: string, expected: string, got: unknown): asserts holds {
  if (holds) return;
  throw new FormatError({
    where: "case.json",
    what: `"${field}" cannot be`,
    expected,
    got: got === undefined ? "nothing" : JSON.stringify(got),
  });
}

/** Only kinds of values: a wrong size shows against the weights. */
function modelOf(model: Fields): CaseInfo["model"] {
  const sizes = MODEL_SIZES.filter((size) => model[size] !== undefined || size !== "num_classes");
  for (const size of sizes) numberOf(model, size, "model");
  const classes = model.num_classes ?? 0;
  demand(Number.isSafeInteger(classes), "model.num_classes", "a whole number", classes);
  return { ...model, num_classes: classes } as CaseInfo["model"];
}

function tolerancesOf(given: Fields): Tolerances {
  const entries = TOLERANCES.map((name) => [name, given[name] === undefined ? 0 : numberOf(given, name, "tolerances")]);
  return Object.fromEntries(entries) as Record<(typeof TOLERANCES)[number], number>;
}

function loraOf(lora: unknown): CaseInfo["lora"] {
  demand(isObject(lora), "lora", 'an object with "scaling"', lora);
  return { scaling: numberOf(lora, "scaling", "lora") };
}

function optimizerOf(optimizer: unknown): CaseOptimizer {
  demand(isObject(optimizer), "optimizer", "an object", optimizer);
  const { type = "AdamW", decoupled = true, decay_every_parameter = true, betas, steps } = optimizer;
  demand(type === "AdamW" && decoupled === true, "optimizer", "AdamW, decoupled", { type, decoupled });
  demand(
    typeof decay_every_parameter === "boolean",
    "optimizer.decay_every_parameter",
    "true or false",
    decay_every_parameter,
  );
  const pair =
    Array.isArray(betas) && betas.length === 2 && betas.every((b) => typeof b === "number" && b >= 0 && b < 1);
  demand(pair, "optimizer.betas", "two numbers in [0, 1)", betas);
  const counted = Number.isInteger(steps) && Number(steps) > 0 && Number(steps) <= MOST_STEPS;
  demand(counted, "optimizer.steps", `a whole number from 1 to ${MOST_STEPS}`, steps);
  return {
    lr: numberOf(optimizer, "lr", "optimizer"),
    betas: [betas[0], betas[1]],
    eps: numberOf(optimizer, "eps", "optimizer"),
    weight_decay: numberOf(optimizer, "weight_decay", "optimizer"),
    decay_every_parameter,
    clip_norm: numberOf(optimizer, "clip_norm", "optimizer"),
    steps: Number(steps),
  };
}

function numberOf(fields: Fields, name: string, inside: string): number {
  const value = fields[name];
  demand(typeof value === "number" && value >= 0, `${inside}.${name}`, "a number, not negative", value);
  return value;
}

function namesOf(value: unknown, field: string): string[] {
  const names = Array.isArray(value) && value.every((name) => typeof name === "string");
  demand(names, field, "a list of names", value);
  return value;
}

function spansOf(value: unknown, field: string): Span[] {
  if (value === undefined) return [];
  demand(Array.isArray(value), field, "a list", value);
  return value.map((span: unknown) => {
    const { name, start, end } = isObject(span) ? span : {};
    const [from, to] = [Number(start), Number(end)];
    const sound = typeof name === "string" && Number.isSafeInteger(start) && Number.isSafeInteger(end);
    demand(sound && from >= 0 && from <= to, field, "a name with 0 ≤ start ≤ end", span);
    return { name, start: from, end: to };
  });
}

import { GraphError } from "../../errors.ts";
import type { Value } from "../../graph/index.ts";
import { multiplierOf } from "../integer/index.ts";
import type { Layer } from "../layer.ts";
import type { LayeredNetwork } from "../network.ts";
import type { Precision } from "../readAs.ts";
import type { QuantizationScheme } from "../scheme.ts";
import type { IntegerStep, IntegerTensor, TensorId } from "./integerNetwork.ts";
import { findParts, type Part } from "./parts.ts";

/** A network on its way to integers: what was made so far, and where values are. */
export class Compiling {
  readonly tensors: IntegerTensor[] = [];
  readonly steps: IntegerStep[] = [];
  readonly #ids = new Map<string, TensorId>();
  readonly #makers: ReadonlyMap<Value, Layer>;
  readonly #readers = new Map<Value, Layer[]>();
  readonly #parts: ReadonlyMap<Value, readonly Part[]>;

  constructor(
    readonly network: LayeredNetwork,
    readonly scheme: QuantizationScheme,
  ) {
    const { layers } = network;
    this.#makers = new Map(layers.flatMap((layer) => layer.outputs.map((v) => [v, layer] as const)));
    this.#parts = findParts(layers, (value) => this.beforeMoves(value));
    for (const layer of layers.filter((own) => !isReshape(own))) {
      for (const value of new Set(layer.inputs.map((v) => this.beforeMoves(v)))) {
        this.#readers.set(value, [...(this.#readers.get(value) ?? []), layer]);
      }
    }
  }

  /** What a value was before it was reshaped: the same numbers in the same order. */
  beforeMoves(value: Value): Value {
    const maker = this.#makers.get(value);
    return maker !== undefined && isReshape(maker) ? this.beforeMoves(maker.inputs[0]) : value;
  }

  makerOf(value: Value): Layer | undefined {
    return this.#makers.get(this.beforeMoves(value));
  }

  /** Layers that read a value, but for those that reshape it. */
  readersOf(value: Value): readonly Layer[] {
    return this.#readers.get(this.beforeMoves(value)) ?? [];
  }

  /** The parts into which a value is split later on; where it is not, itself. */
  partsOf(value: Value): readonly Part[] {
    return this.#parts.get(value) ?? [{ value, offset: 0, columns: Number(value.shape.at(-1)) }];
  }

  /** What a value is first made as. */
  precisionOf(value: Value): Precision {
    return this.network.tensors.of(value)?.precisions.has("i16") ? "i16" : "i8";
  }

  scaleOf(value: Value, precision: Precision): number {
    const source = this.network.tensors.of(value)?.source.name ?? value.name;
    const scale = this.scheme.activations.get(source)?.[precision];
    if (scale !== undefined) return scale;
    throw new GraphError({ where: source, what: `has no scale of ${precision}`, todo: "Calibrate this network" });
  }

  /** A new tensor; `part` tells apart what is made of one value. */
  make(value: Value, precision: Precision, { part = "", scaledAs = value }: MakeOptions = {}): TensorId {
    const name = `${this.beforeMoves(value).name}${part}`;
    const scale = this.scaleOf(scaledAs, precision);
    this.tensors.push({ name, precision, length: sizeOf(value), scale });
    this.#ids.set(`${name} ${precision}`, this.tensors.length - 1);
    return this.tensors.length - 1;
  }

  isMade(value: Value): boolean {
    return this.#ids.has(`${this.beforeMoves(value).name} ${this.precisionOf(value)}`);
  }

  /** A tensor that was made. The `i8` of one that was made as `i16` comes into being when it is first read. */
  read(value: Value, precision: Precision, part = ""): TensorId {
    const name = `${this.beforeMoves(value).name}${part}`;
    const known = this.#ids.get(`${name} ${precision}`);
    if (known !== undefined) return known;
    const input = this.#ids.get(`${name} i16`);
    if (input === undefined) throw new GraphError({ where: name, what: "is read before it is made" });
    const output = this.make(value, precision, { part });
    const multiplier = multiplierOf(this.tensors[input].scale / this.tensors[output].scale);
    this.steps.push({ op: "narrow", layer: name, input, output, multiplier });
    return output;
  }

  /** The numbers of a constant. */
  numbers(value: Value): ArrayLike<number> {
    return this.network.graph.initializers.get(value)!.data as Float32Array;
  }
}

interface MakeOptions {
  readonly part?: string;
  /** The value whose scale it has. */
  readonly scaledAs?: Value;
}

/** Whether a layer leaves all numbers in their order. */
const isReshape = ({ kind, outputs, attrs }: Layer): boolean =>
  kind === "move" && outputs.length === 1 && attrs["perm"] === undefined;

/** Values of a tensor of a bound shape. */
export const sizeOf = ({ shape }: Value): number => shape.reduce((product: number, dim) => product * Number(dim), 1);

/** Rows of its last axis. */
export const rowsOf = (value: Value): number => sizeOf(value) / Number(value.shape.at(-1));

import { float32, type Graph } from "../../graph/index.ts";
import type { DeviceSession, DeviceTensor, Engine, SessionOptions } from "../../runtime/session.ts";
import { type FlatGroup, flatTrainingGraphs, vectorName } from "./flatGraphs.ts";
import type { TrainingGraphs } from "./trainingGraphs.ts";
import { addGraph, copyGraph, normGraph, updateGraph } from "./updateGraphs.ts";

/** An engine whose results can stay on the device. */
export type DeviceEngine = Engine & Required<Pick<Engine, "createDeviceSession">>;

/** One vector per group, on the device. */
export type DeviceVectors = readonly DeviceTensor[];

type Part = "gradient" | "evaluation" | "norm" | "add" | "update" | "upload" | "download";

/** The sessions of a training; each is opened when it is first asked for. */
export interface DeviceSessions {
  of(part: Part): Promise<DeviceSession>;
  /** Vectors in memory, to the device. */
  up(vectors: readonly Float32Array[]): Promise<DeviceVectors>;
  /** And back. */
  down(vectors: DeviceVectors): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** What a session runs and which of its results stay on the device. */
interface Plan {
  readonly graph: Graph;
  readonly kept: readonly string[];
}

export function deviceSessions(
  engine: DeviceEngine,
  graphs: TrainingGraphs,
  groups: readonly FlatGroup[],
  options: SessionOptions & { readonly ema: boolean },
): DeviceSessions {
  const { ema, ...session } = options;
  const flat = flatTrainingGraphs(graphs, groups);
  const names = (kind: string) => groups.map((_, i) => vectorName(kind, i));
  const plans: Readonly<Record<Part, () => Plan>> = {
    gradient: () => ({ graph: flat.gradient, kept: names("gradients") }),
    evaluation: () => ({ graph: flat.evaluation, kept: [] }),
    norm: () => ({ graph: normGraph(groups), kept: [] }),
    add: () => ({ graph: addGraph(groups), kept: names("sums") }),
    update: () => allKept(updateGraph(groups, ema)),
    upload: () => allKept(copyGraph(groups)),
    download: () => ({ graph: copyGraph(groups), kept: [] }),
  };
  const opened = new Map<Part, Promise<DeviceSession>>();
  const of = (part: Part): Promise<DeviceSession> => {
    const known = opened.get(part);
    if (known !== undefined) return known;
    const { graph, kept } = plans[part]();
    const opening = engine.createDeviceSession(graph, { ...session, kept });
    opened.set(part, opening);
    return opening;
  };
  return {
    of,
    async up(vectors) {
      const given = vectors.map((values) => float32(values));
      const { device } = await (await of("upload")).run(named("given", given));
      return vectorsOf("copied", device, groups);
    },
    async down(vectors) {
      const { host } = await (await of("download")).run(named("given", vectors));
      return vectorsOf("copied", host, groups).map(({ data }) => data as Float32Array);
    },
    async close() {
      await Promise.all([...opened.values()].map(async (one) => (await one.catch(() => undefined))?.close()));
    },
  };
}

const allKept = (graph: Graph): Plan => ({ graph, kept: graph.outputs.map(({ name }) => name) });

/** Vectors under the names that graphs know them by. */
export const named = <T>(kind: string, vectors: readonly T[]): Record<string, T> =>
  Object.fromEntries(vectors.map((vector, i) => [vectorName(kind, i), vector]));

/** The vectors of a kind among results. */
export const vectorsOf = <T>(kind: string, from: Readonly<Record<string, T>>, groups: readonly FlatGroup[]): T[] =>
  groups.map((_, i) => from[vectorName(kind, i)]);

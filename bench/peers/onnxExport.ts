import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { SessionError, UsageError } from "../../src/errors.ts";
import type { PanlunaModel } from "../../src/model/index.ts";
import { benchModel, casesNamed } from "../cases.ts";
import { environment, peakRssMiB } from "../environment.ts";
import { interleave, pairedRatio, round, summarize } from "../measure.ts";
import { type BenchOptions, benchOptions } from "../options.ts";
import { operatorShares } from "../profile.ts";
import { checkLogits, panlunaSubject, type Subject } from "../subject.ts";

/** What export.py writes beside the models. */
interface Manifest {
  readonly exporter: string;
  readonly cases: readonly PeerCase[];
}

interface PeerCase {
  readonly name: string;
  readonly channels: number;
  readonly samples: number;
  readonly batch: number;
  /** File name of the model. */
  readonly model: string;
  /** Raw little-endian arrays: the inputs of torch's own run, and its output. */
  readonly arrays: Readonly<Record<string, { file: string; dtype: "float32" | "int64"; shape: readonly number[] }>>;
}

/** Largest difference of an exported model to torch's own output, relative to the largest output. */
const TOLERANCE = 1e-4;

/** How much faster than the export ours has to be (theirs / ours): batch 1 and larger batches. */
const goalOf = (batch: number): number => (batch === 1 ? 1.1 : 1.25);

/**
 * Our network beside an ONNX export of the same network from PyTorch, in one process, turn by turn.
 * `ratio` is theirs / ours: by medians, by minima, the median over turns of the ratio within a turn (`paired`, which the goal is
 * measured by), and by processor time, which on one thread other work on the machine disturbs least.
 * @throws SessionError when the exported model does not give torch's numbers
 */
export async function onnxExport(args: readonly string[]): Promise<{ result: unknown; out?: string }> {
  const options = benchOptions(args, "2");
  const [folder] = options.positionals;
  if (folder === undefined) {
    throw new UsageError({
      where: "peers",
      what: "needs the folder of exported models",
      todo: "Make it with: python3 bench/peers/export.py ../shared/peers FOLDER",
    });
  }
  const manifest = readManifest(folder);
  const start = environment();
  const model = benchModel();
  const wanted = casesNamed(options.cases).map(({ name }) => name);
  const cases: unknown[] = [];
  for (const threads of options.threads) {
    for (const peer of manifest.cases) {
      if (!wanted.includes(peer.name) || !options.batches.includes(peer.batch)) continue;
      cases.push(await compare(model, folder, peer, threads, options));
    }
  }
  const { repeat, montage } = options;
  return {
    result: {
      benchmark: "peers",
      peer: manifest.exporter,
      environment: start,
      repeat,
      montage,
      cases,
      peakRssMiB: peakRssMiB(),
    },
    out: options.out,
  };
}

function readManifest(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  } catch (cause) {
    const todo = "Make the folder with: python3 bench/peers/export.py ../shared/peers FOLDER";
    throw new UsageError({ where: "manifest.json", what: "cannot be read", todo, cause });
  }
}

async function compare(
  model: PanlunaModel,
  folder: string,
  peer: PeerCase,
  threads: number,
  { repeat, montage, profile }: BenchOptions,
) {
  const { name, batch } = peer;
  const settings = { batch, threads, montage };
  const theirs = await peerSubject(folder, peer, threads);
  const ours = await panlunaSubject(model, peer, settings);
  const times = await interleave({ ours: ours.run, theirs: theirs.run }, ["ours", "theirs"], repeat);
  await ours.close();
  await theirs.close();
  const [us, them] = [summarize(times.ours), summarize(times.theirs)];
  const paired = pairedRatio(times.theirs, times.ours);
  return {
    name: `${name}_b${batch}`,
    batch,
    threads,
    difference: theirs.difference,
    oursMs: us,
    theirsMs: them,
    ratio: {
      median: round(them.median / us.median, 3),
      min: round(them.min / us.min, 3),
      paired: round(paired, 3),
      cpu: round(them.cpu / us.cpu, 3),
    },
    goal: goalOf(batch),
    met: paired >= goalOf(batch),
    ...(profile
      ? {
          ourShares: await operatorShares((profilePrefix) =>
            panlunaSubject(model, peer, { ...settings, profilePrefix }),
          ),
          theirShares: await operatorShares((prefix) => peerSubject(folder, peer, threads, prefix)),
        }
      : {}),
  };
}

/** The exported model as it comes: default session options, thread count given. Checked against torch's own output first. */
async function peerSubject(
  folder: string,
  peer: PeerCase,
  threads: number,
  profilePrefix?: string,
): Promise<Subject & { readonly difference: number }> {
  const session = await ort.InferenceSession.create(join(folder, peer.model), {
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  });
  const feeds = Object.fromEntries(session.inputNames.map((name) => [name, readArray(folder, peer, name)]));
  const run = async () => {
    const { y } = await session.run(feeds);
    checkLogits(peer.model, y.dims, y.data as Float32Array, peer.batch);
    return y.data as Float32Array;
  };
  const difference = checkDifference(peer, await run(), readArray(folder, peer, "expected").data as Float32Array);
  return { difference, run: async () => void (await run()), close: () => session.release() };
}

function readArray(folder: string, { model, arrays }: PeerCase, name: string): ort.Tensor {
  const entry = arrays[name];
  if (entry === undefined) throw new UsageError({ where: model, what: `has no array ${name} in the manifest` });
  const bytes = new Uint8Array(readFileSync(join(folder, entry.file)));
  const shape = [...entry.shape];
  return entry.dtype === "int64"
    ? new ort.Tensor("int64", new BigInt64Array(bytes.buffer), shape)
    : new ort.Tensor("float32", new Float32Array(bytes.buffer), shape);
}

function checkDifference({ model }: PeerCase, found: Float32Array, expected: Float32Array): number {
  const scale = Math.max(...expected.map(Math.abs));
  const difference = Math.max(...expected.map((value, i) => Math.abs(value - found[i]))) / scale;
  if (difference <= TOLERANCE) return Number(difference.toExponential(1));
  throw new SessionError({
    where: model,
    what: "the exported model does not give torch's output",
    expected: `a relative difference up to ${TOLERANCE}`,
    got: difference.toExponential(2),
    todo: "Export it again",
  });
}

import type { OpenOptions } from "../formats/fileFormat.ts";
import type { RecordingOptions } from "../runtime/epochs.ts";
import { type ContractOptions, SENSORS } from "../signal/index.ts";
import type { ModelOptions } from "./effects.ts";
import {
  choice,
  choices,
  type FlagValues,
  indices,
  list,
  number,
  pairs,
  text,
  timeRange,
  toggle,
  whole,
} from "./flags.ts";

/** What a file may not say of itself. */
export const openFlags = {
  sfreq: number("HZ", "samples per second, where the file does not say it", { above: 0 }),
  labels: list("A,B,…", "channel names in the order of the array or table"),
  unit: text("UNIT", "physical unit of the samples after --scale: uV, mV, …"),
  scale: number("FACTOR", "physical value = factor · stored value"),
  variable: text("NAME", "array inside a MAT, HDF5, NPZ or safetensors file"),
  layout: choice(["channels-first", "times-first"], "which axis of the array is the channels"),
  records: indices("0-3,7", "records of a 3-D array; each becomes a segment"),
};

/** Which channels are taken, and as what. */
export const contractFlags = {
  use: choices(SENSORS, "take only these sensors"),
  map: pairs("LABEL=NAME,…", "channels by the label in the file: Foo=CZ,Bar=drop"),
  drop: list("LABEL,…", "channels to leave out"),
  sensor: choice(SENSORS, "what channels with labels that say nothing are"),
  montage: list("NAME|A,B,…", "tueg20, tueg22, or channels such as CZ,FP1-F7"),
  ecgLead: text("LEAD", "lead of an ECG that states none (I)"),
  require: list("NAME,…", "fail without these channels or sensors"),
};

/** How the recording is cut. */
export const windowFlags = {
  window: number("SECONDS", "length of a window (5)", { above: 0 }),
  hop: number("SECONDS", "from window to window (the length of a window)", { above: 0 }),
  range: timeRange("only windows inside this stretch, in seconds"),
  noFilter: toggle("no band-pass and no notches: the samples are filtered already"),
};

/** The model and where it runs. */
export const modelFlags = {
  checkpoint: text("FILE", "weights (.safetensors; those that come with the package)"),
  untrained: toggle("an untrained network instead, to try the machinery"),
  provider: choice(["cpu", "webgpu"], "where the model runs (cpu)"),
  threads: whole("N", "threads of the model (all cores)", { from: 1, to: 1024 }),
  batch: whole("N", "windows per run of the model (16)", { from: 1, to: 65536 }),
};

/** All that a command takes which runs the model over recordings. */
export const runFlags = { ...modelFlags, ...windowFlags, ...contractFlags, ...openFlags };

export const openOptions = (flags: FlagValues<typeof openFlags>): OpenOptions => {
  const { sfreq, labels, unit, scale, variable, layout, records } = flags;
  return { sfreq, labels, unit, scale, variable, layout, records };
};

export function contractOptions(flags: FlagValues<typeof contractFlags>): ContractOptions {
  const { use, map, drop, sensor, montage, ecgLead, require } = flags;
  return { use, map, drop, sensor, montage: montageOf(montage), ecgLead: ecgLead?.toUpperCase(), require };
}

function montageOf(names: readonly string[] | undefined): ContractOptions["montage"] {
  const [name, ...more] = names ?? [];
  const known = name?.toLowerCase();
  return more.length === 0 && (known === "tueg20" || known === "tueg22") ? known : names;
}

export function windowOptions(flags: FlagValues<typeof windowFlags>) {
  const { window, hop, range, noFilter } = flags;
  return {
    windowSeconds: window,
    hopSeconds: hop,
    range,
    ...(noFilter ? { chain: { band: false as const, notches: [] } } : {}),
  };
}

type RecordingFlags = typeof contractFlags & typeof windowFlags & Pick<typeof modelFlags, "batch">;

/** Everything that `embed` and `reconstruct` of the library take of a recording. */
export const recordingOptions = (flags: FlagValues<RecordingFlags>, signal: AbortSignal): RecordingOptions => ({
  ...contractOptions(flags),
  ...windowOptions(flags),
  batchSize: flags.batch,
  signal,
});

export const modelOptions = (flags: FlagValues<Omit<typeof modelFlags, "batch">>): ModelOptions => {
  const { checkpoint, untrained, provider, threads } = flags;
  return { checkpoint, untrained, provider, threads };
};

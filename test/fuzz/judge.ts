import { PanlunaError } from "../../src/errors.ts";
import { type OpenOptions, openSource } from "../../src/formats/index.ts";
import { FORMATS } from "../../src/formats/registry.ts";
import { checkSiblingName } from "../../src/formats/source/byteSource.ts";
import { verifyChecksums } from "../../src/formats/wfdb/checksum.ts";
import { isWfdbRecording } from "../../src/formats/wfdb/wfdb.ts";
import { readOnnx, writeOnnx } from "../../src/graph/index.ts";
import type { ReadRequest, Recording } from "../../src/signal/recording.ts";
import { type Allocations, startCounting, stopCounting } from "./allocations.ts";
import { type Spy, spySource } from "./spySource.ts";

/**
 * What opening and reading one record may allocate in all, bytes, freed or not: 200 times its size, and 8 MiB for the 4 MiB
 * of samples that are asked for here and the copies on their way; 64 MiB where data come inflated, as the readers allow them.
 */
export const allocationLimit = (size: number, inflates: boolean): number => (inflates ? 64 : 8) * 2 ** 20 + 200 * size;
/** Bytes that may be asked of the source, counted again each time, for bytes that it has. */
export const readLimit = (size: number): number => 2 ** 20 + 200 * size;
/** Longest time for one record, ms. */
export const TIME_LIMIT = 2000;
/** Samples read of a mutant that claims more: 4 MiB of float64. */
const MOST_SAMPLES = 2 ** 19;
/** Segments of a mutant that are read. */
const MOST_SEGMENTS = 64;
/** Characters of an error or warning that a person is still expected to read. */
const LONGEST_MESSAGE = 4000;

/** A damaged record and how it is opened. */
export interface Mutant {
  readonly name: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly options: OpenOptions;
  /** Whether it holds compressed data. */
  readonly inflates: boolean;
  /** Open it by this reader although its content may say otherwise; by content if not given. */
  readonly format?: string;
}

export interface Verdict {
  /** The tag of the error, or how the record was read. */
  readonly outcome: string;
  /** What must not happen, each a sentence; empty for a sound reader. */
  readonly problems: readonly string[];
  readonly milliseconds: number;
  readonly allocations: Allocations;
  /** Bytes of all files of the mutant. */
  readonly size: number;
  readonly bytesRead: number;
}

/** Open and read a mutant with everything watched. */
export async function judge(mutant: Mutant): Promise<Verdict> {
  const size = [...mutant.files.values()].reduce((sum, { length }) => sum + length, 0);
  const spy = spySource(mutant.files, mutant.name);
  const problems: string[] = [];
  const limit = allocationLimit(size, mutant.inflates);
  startCounting(limit);
  const start = performance.now();
  let outcome: string;
  try {
    outcome = mutant.format === "ONNX" ? await tryOnnx(mutant, spy) : await tryRecording(mutant, spy, problems);
  } catch (error) {
    outcome = describeError(error, problems);
  }
  const milliseconds = performance.now() - start;
  const allocations = stopCounting();
  if (allocations.refused > 0) problems.push(`allocates beyond ${limit} bytes: ${allocations.refused} more`);
  if (milliseconds > TIME_LIMIT) problems.push(`takes ${Math.round(milliseconds)} ms`);
  if (spy.bytesRead > readLimit(size)) problems.push(`reads ${spy.bytesRead} bytes of a record of ${size}`);
  if (spy.open > 0) problems.push(`leaves ${spy.open} files open`);
  problems.push(...spy.names.flatMap(nameProblem));
  return { outcome, problems, milliseconds, allocations, size, bytesRead: spy.bytesRead };
}

function describeError(error: unknown, problems: string[]): string {
  if (!(error instanceof PanlunaError)) {
    problems.push(`throws ${error instanceof Error ? (error.stack ?? error.message).slice(0, 1500) : String(error)}`);
    return "untagged error";
  }
  problems.push(...textProblems("an error", error.message));
  return error.tag;
}

/** What is wrong with a text for people: too long, or with control characters that steer a terminal. */
function textProblems(what: string, text: string): string[] {
  const problems: string[] = [];
  if (text.length > LONGEST_MESSAGE) problems.push(`${what} has ${text.length} characters: ${text.slice(0, 200)}…`);
  return problems;
}

/** A name that reached the folder must be one of a file in it. */
function nameProblem(name: string): string[] {
  try {
    checkSiblingName("", name);
    return [];
  } catch {
    return [`asks the folder for ${JSON.stringify(name)}`];
  }
}

async function tryOnnx({ name }: Mutant, { source }: Spy): Promise<string> {
  const bytes = await source.read(0, source.size);
  await source.close();
  writeOnnx(readOnnx(bytes, name));
  return "read";
}

async function tryRecording({ format, name, options }: Mutant, spy: Spy, problems: string[]): Promise<string> {
  const recording = await openIt(spy, name, options, format);
  try {
    problems.push(...recordingProblems(recording));
    await readSome(recording, problems);
    if (isWfdbRecording(recording)) await verifyChecksums(recording);
  } finally {
    await recording.close();
  }
  return recording.warnings.length > 0 ? "read with warnings" : "read";
}

async function openIt({ source }: Spy, name: string, options: OpenOptions, format?: string): Promise<Recording> {
  if (format === undefined) return openSource(source, options);
  const found = FORMATS.find((f) => f.name === format);
  if (found === undefined) throw new Error(`no format ${format} for ${name}`);
  try {
    return await found.open(source, options);
  } catch (error) {
    await source.close(); // openSource does it for all formats
    throw error;
  }
}

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isTime = (seconds: number): boolean => Number.isFinite(seconds) && seconds >= 0;

/** What a recording must hold whatever its file says. */
function recordingProblems({ name, format, channels, segments, annotations, identity, warnings }: Recording): string[] {
  const problems: string[] = [];
  const demand = (holds: boolean, what: string): void => {
    if (!holds && problems.length < 5) problems.push(what);
  };
  demand(typeof name === "string" && typeof format === "string", "has no name or format");
  for (const [c, { label, sfreq, nTimes, unit, notes = {} }] of channels.entries()) {
    demand(typeof label === "string" && typeof unit === "string", `channel ${c} has no label or unit`);
    demand(Number.isFinite(sfreq) && sfreq > 0, `channel ${c} has ${sfreq} Hz`);
    demand(isCount(nTimes), `channel ${c} has ${nTimes} samples`);
    demand(
      Object.values(notes).every((note) => typeof note === "string"),
      `channel ${c} has notes that are no texts`,
    );
    if (c < 64) {
      const counted = segments.reduce((sum, { duration }) => sum + Math.round(duration * sfreq), 0);
      demand(counted === nTimes, `channel ${c} has ${nTimes} samples, its segments ${counted}`);
    }
  }
  for (const [s, { onset, duration }] of segments.entries()) {
    demand(Number.isFinite(onset) && isTime(duration), `segment ${s} starts at ${onset} s and lasts ${duration} s`);
  }
  for (const { onset, duration, text, channel } of annotations) {
    demand(Number.isFinite(onset) && isTime(duration), `an annotation is at ${onset} s and lasts ${duration} s`);
    demand(typeof text === "string", "an annotation has no text");
    demand(
      channel === undefined || (isCount(channel) && channel < channels.length),
      `an annotation of channel ${channel}`,
    );
  }
  const { patient = "", recording = "", startTime = "", notes = [] } = identity;
  demand(
    [patient, recording, startTime, ...notes].every((text) => typeof text === "string"),
    "identity is no text",
  );
  demand(startTime === "" || /^(\d{4}-\d\d-\d\d)?T\d\d:\d\d:\d\d(\.\d+)?$/.test(startTime), `starts at ${startTime}`);
  for (const warning of warnings) problems.push(...textProblems("a warning", warning));
  return problems;
}

/** Read every segment whole, or as much of its start as the bound allows, and count what comes. */
async function readSome(recording: Recording, problems: string[]): Promise<void> {
  const { channels, segments } = recording;
  const rate = channels.reduce((sum, { sfreq }) => sum + sfreq, 0);
  let left = MOST_SAMPLES;
  for (const [segment, { duration }] of segments.slice(0, MOST_SEGMENTS).entries()) {
    const whole = duration * rate <= left;
    const to = whole ? duration : Math.min(duration, left / rate / 2);
    if (to * rate > left + channels.length) continue;
    const request: ReadRequest = whole ? { segment } : { segment, to };
    const read = await recording.read(request);
    for (const [c, { sfreq }] of channels.entries()) {
      const wanted = Math.round(to * sfreq);
      if (read[c]?.length !== wanted)
        problems.push(`channel ${c} gives ${read[c]?.length} samples instead of ${wanted}`);
      left -= wanted;
    }
    if (read.length !== channels.length) problems.push(`reads ${read.length} of ${channels.length} channels`);
    if (problems.length > 5) return;
    await readTail(recording, segment, problems);
  }
}

/** The last sample of a channel on its own: what is read in part must equal what is read whole in length. */
async function readTail(recording: Recording, segment: number, problems: string[]): Promise<void> {
  const { channels, segments } = recording;
  const c = channels.length - 1;
  if (c < 0) return;
  const { duration } = segments[segment];
  const { sfreq } = channels[c];
  const from = Math.max(0, duration - 1 / sfreq);
  const [last] = await recording.read({ segment, channels: [c], from });
  const wanted = Math.round(duration * sfreq) - Math.round(from * sfreq);
  if (last.length !== wanted) problems.push(`the end of channel ${c} has ${last.length} samples instead of ${wanted}`);
}

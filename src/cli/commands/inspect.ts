import { basename } from "node:path";
import { PanlunaError, UsageError } from "../../errors.ts";
import { verifyChecksums } from "../../formats/wfdb/checksum.ts";
import { isWfdbRecording } from "../../formats/wfdb/wfdb.ts";
import { type Contract, planContract, type Recording } from "../../signal/index.ts";
import { defineCommand } from "../defineCommand.ts";
import type { Effects } from "../effects.ts";
import { type FlagValues, number, text, toggle } from "../flags.ts";
import { type Inspection, inspectionJson, inspectionText, rolesOf } from "../inspectReport.ts";
import { checkPictureName, writePicture } from "../pictures.ts";
import { surveyQuality } from "../qualitySurvey.ts";
import {
  contractFlags,
  contractOptions,
  openFlags,
  openOptions,
  windowFlags,
  windowOptions,
} from "../recordingFlags.ts";
import { drawStrips } from "../strips.ts";

const flags = {
  full: toggle("judge the quality of the whole recording"),
  minutes: number("N", "judge so much from the start (10)", { above: 0 }),
  annotations: toggle("list all annotations"),
  identity: toggle("show what the header says of person and date"),
  checksums: toggle("verify the checksums of a WFDB record"),
  svg: text("FILE.svg", "draw the first minute (or --range, or with --full everything) as a picture"),
  png: text("FILE.png", "the same as PNG"),
  ...openFlags,
  ...contractFlags,
  ...windowFlags,
};

type InspectFlags = FlagValues<typeof flags>;

/** Annotations shown unless all are asked for. */
const SHOWN = 5;

export const inspect = defineCommand({
  name: "inspect",
  description:
    "Show what a recording holds: channels, rates, units, events, signal quality; and what the model would take of it.",
  args: [{ name: "file", help: "EDF, BDF, WFDB (.hea), MAT, HDF5, NPY, NPZ, CSV (.gz), safetensors" }],
  flags,
  examples: [
    ["inspect night.edf", "channels, quality of the first 10 minutes, a strip of each channel"],
    ["inspect 100.hea --checksums --json", "as JSON, with the checksums verified"],
    ["inspect eeg.mat --sfreq 128 --labels Fp1,Fp2,F3,F4", "a file that does not name its channels"],
  ],
  async run({ args: [file], flags }, effects) {
    if (flags.svg !== undefined) checkPictureName(flags.svg, "--svg");
    if (flags.png !== undefined) checkPictureName(flags.png, "--png");
    const recording = await effects.open(file, openOptions(flags));
    try {
      const inspection = await examine(recording, flags, effects);
      return {
        json: inspectionJson(inspection),
        text: () => inspectionText(inspection, effects.terminal),
        failed: inspection.checksums?.some(({ ok }) => ok === false),
      };
    } finally {
      await recording.close();
    }
  },
});

async function examine(recording: Recording, flags: InspectFlags, effects: Effects): Promise<Inspection> {
  const { contract, contractError } = contractOf(recording, flags);
  const { channels, annotations, identity } = recording;
  const survey = contract === undefined ? {} : await qualityOf(recording, contract, flags, effects);
  return {
    recording,
    contract,
    contractError,
    roles: rolesOf(channels, contract),
    annotations: flags.annotations ? annotations : annotations.slice(0, SHOWN),
    ...survey,
    checksums: flags.checksums ? await checksumsOf(recording, effects) : undefined,
    identity: flags.identity ? identity : undefined,
    strip: await drawStrips(recording, contract, flags.range, effects.terminal),
    files: contract === undefined ? [] : await drawPictures(recording, contract, flags, effects),
  };
}

/** Seconds of a picture unless more is asked for. */
const PICTURE_SECONDS = 60;

async function drawPictures(
  recording: Recording,
  contract: Contract,
  { svg, png, range, full }: InspectFlags,
  effects: Effects,
): Promise<string[]> {
  const paths = [svg, png].filter((path) => path !== undefined);
  if (paths.length === 0) return [];
  const { pictureOfRecording, recordingSvg } = await import("../../draw/index.ts");
  const from = range?.from ?? (full ? 0 : (recording.segments[0]?.onset ?? 0));
  const length = range?.to === undefined ? PICTURE_SECONDS : range.to - from;
  const duration = full && range === undefined ? undefined : length;
  const drawn = recordingSvg(await pictureOfRecording(recording, contract, { from, duration, signal: effects.signal }));
  for (const path of paths) await writePicture(effects, path, drawn);
  return paths.map((path) => basename(path));
}

/** A recording that the model cannot use is still worth showing. */
function contractOf({ channels }: Recording, flags: InspectFlags): Pick<Inspection, "contract" | "contractError"> {
  try {
    return { contract: planContract(channels, contractOptions(flags)) };
  } catch (error) {
    if (!(error instanceof PanlunaError)) throw error;
    return { contractError: error.message };
  }
}

/** Quality that cannot be judged (rates that the chain cannot take) is said, and the rest shown. */
async function qualityOf(
  recording: Recording,
  contract: Contract,
  flags: InspectFlags,
  { progress: start, signal }: Effects,
): Promise<Pick<Inspection, "quality" | "qualityError">> {
  const progress = start("windows");
  const options = windowOptions(flags);
  const windowSeconds = options.windowSeconds ?? 5;
  const hop = options.hopSeconds ?? windowSeconds;
  const maxWindows = flags.full ? undefined : Math.max(1, Math.floor((60 * (flags.minutes ?? 10)) / hop));
  const onProgress = (done: number, total: number) => progress.update(done, total);
  try {
    return {
      quality: await surveyQuality(recording, contract, { ...options, windowSeconds, maxWindows, signal, onProgress }),
    };
  } catch (error) {
    if (!(error instanceof PanlunaError)) throw error;
    return { qualityError: error.message };
  } finally {
    progress.end();
  }
}

async function checksumsOf(recording: Recording, { signal }: Effects) {
  if (isWfdbRecording(recording)) return verifyChecksums(recording, signal);
  throw new UsageError({
    where: "--checksums",
    what: `${basename(recording.name)} has none`,
    expected: "a WFDB record",
    got: recording.format,
  });
}

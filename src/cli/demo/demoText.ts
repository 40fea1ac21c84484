import type { Terminal } from "../effects.ts";
import { DISCLAIMER, recordingText } from "../predict/resultText.ts";
import type { QualitySurvey } from "../qualitySurvey.ts";
import { counted, duration, type Paint, painter, percent, significant, wrap } from "../text.ts";
import { UNTRAINED } from "../untrained.ts";
import { type Clip, WINDOW } from "./clip.ts";

/** All that is told at the end. */
export interface DemoResult {
  readonly trained: boolean;
  readonly seconds: number;
  readonly out: readonly string[];
}

export function demoText(
  clips: readonly Clip[],
  { trained, seconds, out }: DemoResult,
  { columns: width, color }: Terminal,
): string[] {
  const paint = painter(color);
  return [
    ...clips.flatMap((clip) => [...clipText(clip, width, paint), ""]),
    ...(trained ? [] : wrap(paint.warn(UNTRAINED), width)),
    ...(clips.some(({ prediction }) => prediction !== undefined) ? [`  ${DISCLAIMER}`] : []),
    `  ${counted(clips.length, "recording")} in ${significant(seconds)} s. Wrote ${out.join(" and ")}`,
  ];
}

function clipText(clip: Clip, width: number, paint: Paint): string[] {
  const { sample, embeddings, prediction } = clip;
  const taken = `${sample.file}: ${duration(clip.duration)}, ${counted(clip.channels, "channel")}; the model takes ${clip.used}`;
  const embedded = `${counted(embeddings[0], "window")} of ${WINDOW} s embedded as ${embeddings.join(" × ")} numbers`;
  const explained = `of a window half hidden, ${(100 * meanExplained(clip)).toFixed(1)} % of the hidden variance is explained`;
  return [
    paint.bold(sample.title),
    ...wrap(`${sample.about}.`, width),
    ...wrap(taken, width),
    ...(clip.asExpected ? [] : [paint.bad("  These are not the channels that were expected.")]),
    ...wrap(`Quality: ${qualityText(clip.quality)}`, width),
    ...wrap(`${embedded}; ${explained}`, width),
    ...(prediction === undefined
      ? []
      : [...wrap(paint.bold(`Task ${sample.task}`), width), ...recordingText(prediction, width, paint)]),
  ];
}

/** Over the channels of which something was hidden. */
export function meanExplained({ reconstruction: { explained } }: Clip): number {
  const known = explained.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function qualityText({ judged, channels }: QualitySurvey): string {
  const doubtful = channels.flatMap(({ name, flags }) =>
    Object.entries(flags).map(([flag, share]) => `${name} ${flag} in ${percent(share)}`),
  );
  return doubtful.length === 0 ? `nothing to complain of in ${counted(judged, "window")}` : doubtful.join(", ");
}

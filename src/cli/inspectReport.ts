import type { ChecksumReport } from "../formats/wfdb/checksum.ts";
import {
  type Annotation,
  type Channel,
  type Contract,
  describeContract,
  durationOf,
  type Identity,
  type Recording,
  type Segment,
  type UsedChannel,
} from "../signal/index.ts";
import type { Terminal } from "./effects.ts";
import type { QualitySurvey } from "./qualitySurvey.ts";
import { counted, duration, type Paint, painter, percent, significant, table, wrap } from "./text.ts";

/** What a channel is to the model. */
export interface ChannelRole {
  /** "FP1" or, in a montage, "FP1-F7 (+), FP1-F3 (+)". */
  readonly as?: string;
  readonly sensor?: UsedChannel["sensor"];
  /** Why it is not used. */
  readonly reason?: string;
}

/** A stretch of every channel that was drawn. */
export interface Strip {
  readonly from: number;
  readonly to: number;
  /** Terminal graphics: the lines of each channel. */
  readonly charts: readonly { readonly label: string; readonly lines: readonly string[]; readonly span: string }[];
}

/** Everything that `inspect` found. */
export interface Inspection {
  readonly recording: Recording;
  readonly contract?: Contract;
  /** Why the model can use nothing of it. */
  readonly contractError?: string;
  readonly roles: readonly ChannelRole[];
  readonly annotations: readonly Annotation[];
  readonly quality?: QualitySurvey;
  readonly qualityError?: string;
  readonly checksums?: readonly ChecksumReport[];
  readonly identity?: Identity;
  readonly strip?: Strip;
  readonly files: readonly string[];
}

/** What each channel of the file is used for, or why it is not. */
export function rolesOf(channels: readonly Channel[], contract: Contract | undefined): ChannelRole[] {
  const reasons = [...(contract?.dropped ?? [])];
  return channels.map(({ label }, i) => {
    const plus = contract?.used.filter((used) => used.plus === i) ?? [];
    const minus = contract?.used.filter((used) => used.minus === i) ?? [];
    if (plus.length + minus.length === 0) {
      const at = reasons.findIndex((note) => note.label === label); // labels may repeat: each note once, in order
      return at < 0 ? {} : { reason: reasons.splice(at, 1)[0].reason };
    }
    const derived = minus.length > 0 || plus.some((used) => used.minus !== undefined);
    const names = [
      ...plus.map(({ name }) => (derived ? `${name} (+)` : name)),
      ...minus.map(({ name }) => `${name} (−)`),
    ];
    return { as: names.join(", "), sensor: [...plus, ...minus][0].sensor };
  });
}

export function inspectionJson(inspection: Inspection): object {
  const { recording, contract, roles, annotations, quality, checksums, identity, files } = inspection;
  return {
    file: recording.name,
    format: recording.format,
    duration: durationOf(recording),
    segments: recording.segments,
    channels: recording.channels.map(({ label, sfreq, unit, nTimes, notes }, i) => ({
      label,
      sfreq,
      unit,
      nTimes,
      notes,
      as: roles[i].as ?? null,
      sensor: roles[i].sensor ?? null,
      reason: roles[i].reason,
    })),
    annotations: { count: recording.annotations.length, shown: annotations },
    contract: contract ?? null,
    contractError: inspection.contractError,
    sentences: contract === undefined ? [] : describeContract(contract),
    quality: quality ?? null,
    qualityError: inspection.qualityError,
    checksums,
    identity,
    warnings: recording.warnings,
    files,
  };
}

export function inspectionText(inspection: Inspection, terminal: Terminal): string[] {
  const paint = painter(terminal.color);
  const width = terminal.columns;
  const page: Page = { paint, width, heading: (text) => ["", paint.bold(text)] };
  const { recording, contract, contractError } = inspection;
  return [
    paint.bold(recording.name),
    ...wrap(overview(recording), width),
    "",
    ...channelTable(inspection, page),
    ...page.heading("For the model"),
    ...(contract === undefined
      ? wrap(paint.warn(contractError ?? "nothing"), width)
      : describeContract(contract).flatMap((sentence) => wrap(sentence, width))),
    ...qualityLines(inspection, page),
    ...stripLines(inspection, page),
    ...annotationLines(inspection, page),
    ...checksumLines(inspection, page),
    ...identityLines(inspection, page),
    ...(recording.warnings.length === 0 ? [] : page.heading("Warnings")),
    ...recording.warnings.flatMap((warning) => wrap(paint.warn(warning), width)),
    ...(inspection.files.length === 0 ? [] : ["", `Wrote ${inspection.files.join(", ")}`]),
  ];
}

interface Page {
  readonly paint: Paint;
  readonly width: number;
  heading(text: string): string[];
}

function overview({ format, segments, channels, ...recording }: Recording): string {
  const end = durationOf({ segments });
  const recorded = segments.reduce((sum, { duration }) => sum + duration, 0);
  const gaps =
    segments.length > 1 && end - recorded > 0.001 ? ` with ${duration(end - recorded)} missing between them` : "";
  const pieces =
    segments.length === 1 ? "" : `, ${counted(segments.length, "segment")}${segmentsText(segments)}${gaps}`;
  const events = recording.annotations.length > 0 ? `, ${counted(recording.annotations.length, "annotation")}` : "";
  return `${format}, ${duration(end)}${pieces}, ${counted(channels.length, "channel")}${events}`;
}

function segmentsText(segments: readonly Segment[]): string {
  const lengths = segments.map((segment) => segment.duration);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  if (segments.length === 0) return "";
  return least === most ? ` of ${duration(least)}` : ` of ${duration(least)} to ${duration(most)}`;
}

function channelTable({ recording: { channels }, roles }: Inspection, { width, paint }: Page): string[] {
  if (channels.length === 0) return ["  no channels"];
  const rows = channels.map(({ label, sfreq, unit, nTimes }, i) => {
    const { as, sensor, reason } = roles[i];
    return [
      String(i + 1),
      label === "" ? paint.dim("(none)") : label,
      sensor?.toUpperCase() ?? paint.dim("–"),
      significantRate(sfreq),
      unit === "" ? paint.dim("?") : unit,
      String(nTimes),
      as ?? paint.dim(reason === undefined ? "not used" : `not used: ${lowerFirst(reason)}`),
    ];
  });
  const columns = [
    { title: "", right: true },
    { title: "channel" },
    { title: "sensor" },
    { title: "Hz", right: true },
    { title: "unit" },
    { title: "samples", right: true },
    { title: "taken for", shrinks: true },
  ];
  return table(columns, rows, { width, paint });
}

const significantRate = (sfreq: number): string => String(Number(sfreq.toPrecision(6)));
const lowerFirst = (text: string): string => (/^[A-Z][a-z ]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text);

const FLAG_MEANINGS = {
  flat: "flat: nothing recorded",
  clipped: "clipped: at the rails",
  mains50: "mains50, mains60: mostly mains hum",
  mains60: "mains50, mains60: mostly mains hum",
  missing: "missing: samples that are no numbers",
  large: "large: far above what a body gives",
  small: "small: no beat stands out",
} as const;

type FlagName = keyof typeof FLAG_MEANINGS;

function qualityLines({ quality, qualityError }: Inspection, page: Page): string[] {
  const { width, paint, heading } = page;
  if (quality === undefined) {
    return qualityError === undefined ? [] : [...heading("Quality"), ...wrap(paint.warn(qualityError), width)];
  }
  const { judged, of, windowSeconds, channels } = quality;
  const part = judged < of ? ` of ${of}; --full for all` : "";
  const title = heading(`Quality (${counted(judged, "window")} of ${significant(windowSeconds)} s judged${part})`);
  const found = (Object.keys(FLAG_MEANINGS) as FlagName[]).filter((f) =>
    channels.some(({ flags }) => flags[f] !== undefined),
  );
  if (found.length === 0) return [...title, judged === 0 ? "  no window fits" : "  Nothing to complain of."];
  const rows = channels
    .filter(({ flags }) => Object.keys(flags).length > 0)
    .map(({ name, flags }) => [name, ...found.map((flag) => (flags[flag] === undefined ? "" : percent(flags[flag])))]);
  const good = channels.length - rows.length;
  return [
    ...title,
    ...table([{ title: "channel" }, ...found.map((f) => ({ title: f, right: true }))], rows, { width, paint }),
    ...(good === 0 ? [] : [`  ${counted(good, "other channel")} without complaint`]),
    ...wrap(paint.dim(`${[...new Set(found.map((f) => FLAG_MEANINGS[f]))].join("; ")}.`), width),
  ];
}

function stripLines({ strip }: Inspection, { heading }: Page): string[] {
  if (strip === undefined || strip.charts.length === 0) return [];
  const label = Math.max(...strip.charts.map((chart) => chart.label.length));
  const lines = strip.charts.flatMap((chart) =>
    chart.lines.map((line, i) =>
      `  ${(i === 0 ? chart.label : "").padEnd(label)} ${line} ${i === 0 ? chart.span : ""}`.trimEnd(),
    ),
  );
  return [
    ...heading(`From ${significant(strip.from)} to ${significant(strip.to)} s, unfiltered, with the range of each`),
    ...lines,
  ];
}

function annotationLines({ annotations, recording }: Inspection, { heading, width, paint }: Page): string[] {
  const { length } = recording.annotations;
  if (length === 0) return [];
  const part = annotations.length < length ? `, the first ${annotations.length}; --annotations for all` : "";
  const rows = annotations.map(({ onset, duration: span, text, channel }) => [
    `${onset.toFixed(3)} s`,
    span > 0 ? `${significant(span)} s` : "",
    text.replaceAll("\n", " "),
    channel === undefined ? "" : (recording.channels[channel]?.label ?? String(channel)),
  ]);
  const columns = [
    { title: "onset", right: true },
    { title: "lasts", right: true },
    { title: "text", shrinks: true },
    { title: "channel" },
  ];
  const lines = table(columns, rows, { width, paint });
  return [...heading(`Annotations (${length}${part})`), ...lines];
}

function checksumLines({ checksums }: Inspection, { heading, paint }: Page): string[] {
  if (checksums === undefined) return [];
  const wrong = checksums.filter(({ ok }) => ok === false);
  const unknown = checksums.filter(({ ok }) => ok === undefined).length;
  return [
    ...heading("Checksums"),
    `  ${checksums.length - wrong.length - unknown} of ${checksums.length} signals as the header says` +
      (unknown > 0 ? `, ${unknown} without a checksum` : ""),
    ...wrong.map(({ record, signal, description, expected, actual }) =>
      paint.bad(`  ${record}, signal ${signal} ${description}: expected ${expected}, got ${actual}`),
    ),
  ];
}

function identityLines({ identity }: Inspection, { heading, width }: Page): string[] {
  if (identity === undefined) return [];
  const { patient, recording, startTime, notes = [] } = identity;
  const lines = [
    ...(patient === undefined ? [] : [`Patient: ${patient}`]),
    ...(recording === undefined ? [] : [`Recording: ${recording}`]),
    ...(startTime === undefined ? [] : [`Start: ${startTime}`]),
    ...notes,
  ];
  return [
    ...heading("Identity"),
    ...(lines.length === 0 ? ["  The file says nothing."] : lines.flatMap((l) => wrap(l, width))),
  ];
}

import { SignalError } from "../errors.ts";

/** One signal of a recording as its file describes it; nothing is interpreted yet. */
export interface Channel {
  /** The label of the file, trimmed, otherwise unchanged. */
  readonly label: string;
  /** Samples per second (Hz). */
  readonly sfreq: number;
  /** Samples in all segments together. */
  readonly nTimes: number;
  /** Physical unit as the file spells it ("uV", "mV", "NU", …); "" where the file has none. */
  readonly unit: string;
  /** What else the file says of the channel, e.g. `{ prefilter, transducer }`; never anything about the person. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** A stretch without gaps. All channels of a recording share their segments. */
export interface Segment {
  /** Seconds from the start of the recording. */
  readonly onset: number;
  /** Seconds. Channel c has `round(duration · sfreq_c)` samples in it. */
  readonly duration: number;
}

/** An event. `onset` and `duration` in seconds from the start of the recording. */
export interface Annotation {
  readonly onset: number;
  readonly duration: number;
  readonly text: string;
  /** Index of the channel that it belongs to, where the file says so. */
  readonly channel?: number;
}

/** What a header says about the person and the session. Kept apart: it goes into no log, report or export unless asked for. */
export interface Identity {
  readonly patient?: string;
  readonly recording?: string;
  /** Local start time as the file gives it, ISO 8601 without zone. */
  readonly startTime?: string;
  readonly notes?: readonly string[];
}

/** What to read: one segment, some channels, a range of time. */
export interface ReadRequest {
  /** Index into `segments`; 0 if not given. */
  readonly segment?: number;
  /** Indices into `channels`, in the order wanted; all if not given. */
  readonly channels?: readonly number[];
  /** Seconds from the start of the segment; sample `round(from · sfreq)` is the first. 0 if not given. */
  readonly from?: number;
  /** Seconds from the start of the segment; sample `round(to · sfreq)` is the first one not read. The segment's end if not given. */
  readonly to?: number;
}

/** An opened recording: the description is at hand, samples are read on request and never cached whole. */
export interface Recording {
  /** File name without folder. */
  readonly name: string;
  /** "EDF", "EDF+D", "WFDB", "MAT v5", … */
  readonly format: string;
  readonly channels: readonly Channel[];
  readonly segments: readonly Segment[];
  readonly annotations: readonly Annotation[];
  readonly identity: Identity;
  /** What was wrong with the file but did not keep it from being read; each a sentence. */
  readonly warnings: readonly string[];
  /**
   * Samples in physical units, float64; a sample that the file marks as missing is NaN.
   * @returns one array per requested channel
   * @throws SignalError for a segment, channel or time outside the recording
   * @throws FormatError where the bytes cannot be read
   */
  read(request?: ReadRequest): Promise<Float64Array[]>;
  close(): Promise<void>;
}

/** Seconds from the start of the recording to the end of its last segment. */
export function durationOf(recording: Pick<Recording, "segments">): number {
  return recording.segments.reduce((end, { onset, duration }) => Math.max(end, onset + duration), 0);
}

/** A `ReadRequest` with every default filled in and checked. */
export interface ResolvedRead {
  readonly segment: number;
  readonly channels: readonly number[];
  /** Seconds from the start of the segment. */
  readonly from: number;
  readonly to: number;
}

/**
 * Fill in the defaults of a request and check it against the recording.
 * @throws SignalError naming the recording, what was asked for and what there is
 */
export function resolveRead(
  recording: Pick<Recording, "name" | "channels" | "segments">,
  request: ReadRequest = {},
): ResolvedRead {
  const { segment = 0, channels = recording.channels.map((_, i) => i), from = 0 } = request;
  const found = recording.segments[segment];
  if (found === undefined) {
    throw new SignalError({
      where: recording.name,
      what: "no such segment",
      expected: `0 to ${recording.segments.length - 1}`,
      got: String(segment),
    });
  }
  const to = request.to ?? found.duration;
  for (const channel of channels) {
    if (recording.channels[channel] === undefined) {
      throw new SignalError({
        where: recording.name,
        what: "no such channel",
        expected: `0 to ${recording.channels.length - 1}`,
        got: String(channel),
      });
    }
  }
  const slack = 1e-6; // s: room for rounding in the caller's arithmetic
  if (!(from >= -slack && to >= from && to <= found.duration + slack)) {
    throw new SignalError({
      where: recording.name,
      what: `time range outside segment ${segment}`,
      expected: `0 to ${found.duration} s`,
      got: `${from} to ${to} s`,
    });
  }
  return { segment, channels, from: Math.max(0, from), to: Math.min(to, found.duration) };
}

/** Indices of the first sample read and of the first one not read, for a channel of rate `sfreq`. */
export function sampleRange({ from, to }: Pick<ResolvedRead, "from" | "to">, sfreq: number): [number, number] {
  return [Math.round(from * sfreq), Math.round(to * sfreq)];
}

/** A channel with its samples in memory. */
export interface ArrayChannel {
  readonly label: string;
  readonly sfreq: number;
  readonly unit?: string;
  readonly samples: ArrayLike<number>;
}

export interface ArrayRecordingOptions {
  readonly name?: string;
  readonly format?: string;
  readonly annotations?: readonly Annotation[];
  readonly identity?: Identity;
  readonly warnings?: readonly string[];
  /** Segments in seconds; one from 0 over the longest channel if not given. */
  readonly segments?: readonly Segment[];
}

/**
 * A recording over samples that are already in memory; the samples of all segments stand one after the other.
 * @throws SignalError when a channel's sample count does not match the segments
 */
export function recordingFromArrays(arrays: readonly ArrayChannel[], options: ArrayRecordingOptions = {}): Recording {
  const longest = arrays.reduce((most, { samples, sfreq }) => Math.max(most, samples.length / sfreq), 0);
  const segments = options.segments ?? [{ onset: 0, duration: longest }];
  const channels = arrays.map(
    ({ label, sfreq, unit = "", samples }): Channel => ({ label, sfreq, unit, nTimes: samples.length }),
  );
  const name = options.name ?? "memory";
  for (const { label, sfreq, nTimes } of channels) {
    const wanted = segments.reduce((sum, { duration }) => sum + Math.round(duration * sfreq), 0);
    if (wanted !== nTimes) {
      throw new SignalError({
        where: `${name}, channel ${label}`,
        what: "sample count does not match the segments",
        expected: String(wanted),
        got: String(nTimes),
      });
    }
  }
  return {
    name,
    format: options.format ?? "memory",
    channels,
    segments,
    annotations: options.annotations ?? [],
    identity: options.identity ?? {},
    warnings: options.warnings ?? [],
    async read(request) {
      const resolved = resolveRead(this, request);
      return resolved.channels.map((c) => {
        const { sfreq, samples } = arrays[c];
        const before = segments
          .slice(0, resolved.segment)
          .reduce((sum, { duration }) => sum + Math.round(duration * sfreq), 0);
        const [start, stop] = sampleRange(resolved, sfreq);
        const out = new Float64Array(stop - start);
        for (let i = 0; i < out.length; i++) out[i] = samples[before + start + i];
        return out;
      });
    },
    async close() {},
  };
}

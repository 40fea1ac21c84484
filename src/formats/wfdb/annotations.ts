import { FormatError } from "../../errors.ts";
import type { Annotation } from "../../signal/recording.ts";
import type { ByteSource } from "../source/byteSource.ts";
import { isAhaFile, parseAhaAnnotations } from "./ahaAnnotations.ts";
import { applyDefinitions, type WfdbEvent, type WfdbEvents } from "./annotationFile.ts";
import { parseMitAnnotations } from "./mitAnnotations.ts";

/** Bytes: several million annotations, more than weeks of beats. */
const MAX_ANNOTATION_BYTES = 16 * 2 ** 20;

/** The annotations of one file, in seconds and as stored. */
export interface WfdbAnnotations {
  readonly annotations: readonly Annotation[];
  readonly events: readonly WfdbEvent[];
  readonly warnings: readonly string[];
}

/** What is known of the record that an annotation file belongs to. */
export interface AnnotationOptions {
  /** Channels of the record; a channel number beyond it is not passed on. */
  readonly nChans?: number;
}

/**
 * Read an annotation file (`.atr`, `.qrs`, `.ecg`, …) in MIT or AHA format.
 *
 * Each becomes an `Annotation` with duration 0 whose text is the symbol of ecgcodes.h, followed by a space and the auxiliary
 * text where there is one: "N", "V", "+ (AFIB", "\" MISSB". So `text.split(" ", 1)[0]` is always the symbol. Subtype and
 * number stay in `events`. `channel` is set from the first place on where the file names a channel.
 * @param sfreq frames per second of the record (Hz); a time resolution in the file goes before it
 * @throws FormatError when the file is too large to be an annotation file or cannot be read
 */
export async function readWfdbAnnotations(
  source: ByteSource,
  sfreq: number,
  options: AnnotationOptions = {},
): Promise<WfdbAnnotations> {
  if (source.size > MAX_ANNOTATION_BYTES) {
    throw new FormatError({
      where: source.name,
      what: "is too large for an annotation file",
      expected: `at most ${MAX_ANNOTATION_BYTES} bytes`,
      got: `${source.size} bytes`,
    });
  }
  const { events, timeResolution = sfreq, warnings } = parseEvents(await source.read(0, source.size), source.name);
  const annotations = events.map((event) => toAnnotation(event, timeResolution, options.nChans));
  return { annotations, events, warnings };
}

/** Parse the bytes of an annotation file; the format is recognised from them. */
export function parseEvents(bytes: Uint8Array, file: string): WfdbEvents {
  if (isAhaFile(bytes)) {
    const { events, milliseconds, warnings } = parseAhaAnnotations(bytes, file);
    const named = applyDefinitions(events, file);
    const timeResolution = milliseconds ? 1000 : named.timeResolution;
    return { events: named.events, timeResolution, warnings: [...warnings, ...named.warnings] };
  }
  const { events, warnings } = parseMitAnnotations(bytes, file);
  const named = applyDefinitions(events, file);
  return { ...named, warnings: [...warnings, ...named.warnings] };
}

function toAnnotation({ time, symbol, aux, channel }: WfdbEvent, rate: number, nChans = Infinity): Annotation {
  const text = aux === undefined ? symbol : `${symbol} ${aux}`;
  const annotation = { onset: time / rate, duration: 0, text };
  return channel === undefined || channel >= nChans ? annotation : { ...annotation, channel };
}

import { checkSiblingName } from "../source/byteSource.ts";
import { badField, wholeNumber } from "./fields.ts";
import type { HeaderLine } from "./headerLine.ts";

/** One line of a multi-segment header. */
export interface WfdbSegmentLine {
  /** Record name of the segment; "~" for a stretch without any signal. */
  readonly name: string;
  /** Frames; 0 for the layout segment, which stands first in a record of variable layout. */
  readonly nFrames: number;
}

/** Name of a segment that is a gap. */
export const NULL_SEGMENT = "~";

/**
 * `name samples`
 * @throws FormatError naming the field, and for a segment outside the folder
 */
export function readSegmentLine({ text, number }: HeaderLine, file: string): WfdbSegmentLine {
  const place = { file, line: number };
  const [name, frames, ...rest] = text.split(/\s+/);
  if (rest.length > 0) throw badField(place, "segment line", "a record name and a number of samples", text);
  checkSiblingName(file, name);
  return { name, nFrames: wholeNumber(frames, "number of samples of the segment", place) };
}

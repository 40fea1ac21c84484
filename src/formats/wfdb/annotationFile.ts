import { isRate } from "../rates.ts";
import { NOTE, symbolOf } from "./codes.ts";

/** One annotation as its file holds it. */
export interface WfdbEvent {
  /** In intervals of the file's time resolution, from the start of the record. */
  readonly time: number;
  /** Code of ecgcodes.h. */
  readonly code: number;
  readonly symbol: string;
  readonly subtype: number;
  readonly num: number;
  /** Undefined as long as the file has named no channel. */
  readonly channel?: number;
  readonly aux?: string;
}

/** What an annotation file says, definitions taken out of the events. */
export interface WfdbEvents {
  readonly events: readonly WfdbEvent[];
  /** Hz, where the file names a time resolution of its own. */
  readonly timeResolution?: number;
  readonly warnings: readonly string[];
}

/** An event before the file's own symbols are known. */
export type RawEvent = Omit<WfdbEvent, "symbol">;

const RESOLUTION = /^## time resolution:\s*(\S+)/;
const DEFINITIONS = "## annotation type definitions";
const END_OF_DEFINITIONS = "## end of definitions";

/**
 * Take the definitions (comments at time 0 that start with "##") out of the events and apply them:
 * `## time resolution: 360`, and `42 x description` lines between `## annotation type definitions` and `## end of definitions`.
 */
export function applyDefinitions(raw: readonly RawEvent[], file: string): WfdbEvents {
  const symbols = new Map<number, string>();
  const warnings: string[] = [];
  let timeResolution: number | undefined;
  let defining = false;
  const kept = raw.filter(({ time, code, aux }) => {
    if (time !== 0 || code !== NOTE || aux === undefined) return true;
    const rate = RESOLUTION.exec(aux)?.[1];
    if (rate !== undefined) {
      if (isRate(Number(rate))) timeResolution = Number(rate);
      else warnings.push(`${file}: the time resolution is no number of Hz and is ignored.`);
      return false;
    }
    if (aux.startsWith(DEFINITIONS)) defining = true;
    else if (aux.startsWith(END_OF_DEFINITIONS)) defining = false;
    else if (defining) {
      const [, own, symbol] = /^(\d+)\s+(\S+)/.exec(aux) ?? [];
      if (symbol !== undefined) symbols.set(Number(own), symbol);
    } else return true;
    return false;
  });
  return {
    events: kept.map((event) => ({ ...event, symbol: symbolOf(event.code, symbols) })),
    timeResolution,
    warnings,
  };
}

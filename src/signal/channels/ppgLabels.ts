import { PPG_NAME } from "./locations.ts";
import type { ParsedLabel } from "./parsedLabel.ts";

const PPG_WORD = /^(PPG|BVP|PLETH|PHOTOPLETH)/;
/** A light by itself says less than the word PPG. Camera channels "R", "G", "B" need the user's word. */
const LIGHT = /^(IR|INFRARED|RED|GREEN)\d?$/;

/** Read a PPG label from its words: "PLETH", "BVP", "PPG1", "wrist_PPG_green", "IR". */
export function parsePpg(words: readonly string[]): ParsedLabel | undefined {
  if (words.some((word) => PPG_WORD.test(word))) return { kind: "ppg", name: PPG_NAME, reason: "Photoplethysmogram" };
  if (words.length !== 1 || !LIGHT.test(words[0])) return undefined;
  return { kind: "ppg", name: PPG_NAME, assumed: true, reason: `Light of a PPG sensor (${words[0]}), taken as PPG` };
}

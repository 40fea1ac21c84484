import type { Json } from "../formats/json.ts";
import { sha256Hex } from "../formats/sha256.ts";

/** A value as it comes back from a file. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** SHA-256 of a text, 64 hex digits. @throws SessionError as `sha256Hex` */
export const sha256 = (text: string): Promise<string> => sha256Hex(new TextEncoder().encode(text));

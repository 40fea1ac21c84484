import { readFile } from "node:fs/promises";
import type { ReadShippedFile } from "./shipped.ts";

/** Reads from `weights/` of this package: as far from src/weights as from dist/weights. */
export const readShippedFile: ReadShippedFile = (file) => readFile(new URL(`../../weights/${file}`, import.meta.url));

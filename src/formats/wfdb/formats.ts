import { FormatError } from "../../errors.ts";
import type { FieldPlace } from "./fields.ts";
import { format8, format80 } from "./storage/bytes.ts";
import { format212 } from "./storage/format212.ts";
import { format310 } from "./storage/format310.ts";
import { format311 } from "./storage/format311.ts";
import type { StorageFormat } from "./storage/storageFormat.ts";
import { format16, format24, format32, format61, format160 } from "./storage/words.ts";

/** Format of a signal without samples. */
export const NULL_FORMAT = 0;

/** Every storage format that is read, by its number. */
export const STORAGE_FORMATS: ReadonlyMap<number, StorageFormat> = new Map(
  [format8, format16, format24, format32, format61, format80, format160, format212, format310, format311].map(
    (format) => [format.code, format],
  ),
);

/** 8, 16 and 24-bit samples compressed with FLAC. */
const FLAC_FORMATS = [508, 516, 524];

/** @throws FormatError for a number that signal(5) does not know or that is not read here */
export function checkFormat(format: number, { file, line }: FieldPlace): void {
  if (format === NULL_FORMAT || STORAGE_FORMATS.has(format)) return;
  const flac = FLAC_FORMATS.includes(format);
  throw new FormatError({
    where: file,
    what: flac ? "signals compressed with FLAC are not read" : "unknown storage format",
    at: `line ${line}`,
    expected: `one of ${[NULL_FORMAT, ...STORAGE_FORMATS.keys()].join(", ")}`,
    got: String(format),
    todo: flac ? "Convert the record to format 16 with `xform` of the WFDB software" : undefined,
  });
}

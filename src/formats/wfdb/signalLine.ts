import { FormatError } from "../../errors.ts";
import { checkSiblingName } from "../source/byteSource.ts";
import { badField, type FieldPlace, FLOAT, wholeNumber } from "./fields.ts";
import { checkFormat } from "./formats.ts";
import type { HeaderLine } from "./headerLine.ts";

/** One signal as its header line describes it. `physical = (stored − baseline) / gain`, in `unit`. */
export interface WfdbSignal {
  readonly fileName: string;
  /** Storage format of signal(5): 16, 212, …; 0 for a signal that has no samples. */
  readonly format: number;
  readonly samplesPerFrame: number;
  /** Frames in the file that precede frame 0. */
  readonly skew: number;
  /** Bytes in the file before the first sample. */
  readonly byteOffset: number;
  /** Stored units per physical unit; 200 where the header gives none. */
  readonly gain: number;
  /** Whether the header gives a gain. */
  readonly calibrated: boolean;
  /** Stored value of 0 physical units. */
  readonly baseline: number;
  readonly unit: string;
  /** Bits; 0 where the header gives none. */
  readonly adcResolution: number;
  readonly adcZero: number;
  /** Value before the first difference of format 8; elsewhere the first sample, for checking only. */
  readonly initialValue: number;
  /** Whether the header gives an initial value. */
  readonly hasInitialValue: boolean;
  /** Sum of all samples modulo 65536, as a signed 16-bit number; undefined where the header has none. */
  readonly checksum?: number;
  readonly blockSize: number;
  readonly description: string;
}

/** A frame of a second, sampled at 1 MHz. */
const MAX_PER_FRAME = 2 ** 20;
const DEFAULT_GAIN = 200;
const DEFAULT_UNIT = "mV";
const FORMAT_FIELD = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/;
const GAIN_FIELD = new RegExp(`^(${FLOAT})(?:\\(([+-]?\\d+)\\))?(?:/(\\S+))?$`);
/** Eight fields, then the description, which may hold spaces. */
const FIELDS =
  /^(\S+)\s+(\S+)(?:\s+(\S+)(?:\s+(\S+)(?:\s+(\S+)(?:\s+(\S+)(?:\s+(\S+)(?:\s+(\S+)(?:\s+(.+))?)?)?)?)?)?)?$/;

/**
 * `file format[xN][:skew][+offset] [gain[(baseline)][/unit] [bits [zero [initial [checksum [block [description]]]]]]]`
 * @throws FormatError naming the field, for a storage format that is not read, and for a file outside the folder
 */
export function readSignalLine({ text, number }: HeaderLine, index: number, record: string, file: string): WfdbSignal {
  const place = { file, line: number };
  const fields = FIELDS.exec(text);
  if (fields === null) throw badField(place, "signal line", "a file name and a storage format", text);
  const [, fileName, format, gain, bits, zero, initial, checksum, block, description] = fields;
  const storage = readFormat(format, place);
  if (storage.format !== 0) checkFileName(fileName, file);
  const adcZero = optionalInteger(zero, "ADC zero", place) ?? 0;
  return {
    fileName,
    ...storage,
    ...readGain(gain, adcZero, place),
    adcResolution: bits === undefined ? 0 : wholeNumber(bits, "ADC resolution", place),
    adcZero,
    initialValue: optionalInteger(initial, "initial value", place) ?? adcZero,
    hasInitialValue: initial !== undefined,
    checksum: optionalInteger(checksum, "checksum", place),
    blockSize: optionalInteger(block, "block size", place) ?? 0,
    description: description ?? `record ${record}, signal ${index}`,
  };
}

function readFormat(
  field: string,
  place: FieldPlace,
): Pick<WfdbSignal, "format" | "samplesPerFrame" | "skew" | "byteOffset"> {
  const [, code, perFrame, skew, offset] = FORMAT_FIELD.exec(field) ?? [];
  if (code === undefined) throw badField(place, "storage format", "a number such as 212, 16x4, 16:3 or 16+24", field);
  const format = Number(code);
  checkFormat(format, place);
  const samplesPerFrame = wholeNumber(perFrame ?? "1", "samples per frame", place, 1);
  if (samplesPerFrame > MAX_PER_FRAME) throw badField(place, "samples per frame", `at most ${MAX_PER_FRAME}`, perFrame);
  return {
    format,
    samplesPerFrame,
    skew: wholeNumber(skew ?? "0", "skew", place),
    byteOffset: wholeNumber(offset ?? "0", "byte offset", place),
  };
}

function readGain(
  field: string | undefined,
  adcZero: number,
  place: FieldPlace,
): Pick<WfdbSignal, "gain" | "calibrated" | "baseline" | "unit"> {
  const [, gain, baseline, unit = DEFAULT_UNIT] = GAIN_FIELD.exec(field ?? "0") ?? [];
  if (!Number.isFinite(Number(gain))) throw badField(place, "gain", "a number such as 200, 200(1024) or 200/mV", field);
  const calibrated = Number(gain) !== 0;
  return {
    gain: calibrated ? Number(gain) : DEFAULT_GAIN,
    calibrated,
    baseline: optionalInteger(baseline, "baseline", place) ?? adcZero,
    unit,
  };
}

function optionalInteger(text: string | undefined, field: string, place: FieldPlace): number | undefined {
  return text === undefined ? undefined : wholeNumber(text, field, place, -Infinity);
}

function checkFileName(fileName: string, file: string): void {
  if (fileName === "-") {
    throw new FormatError({ where: file, what: "takes its samples from standard input", expected: "a file beside it" });
  }
  checkSiblingName(file, fileName);
}

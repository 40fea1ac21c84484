import { crc32c } from "../../formats/crc32c.ts";
import type { MetricEntry } from "./metrics.ts";

/** What can stand in one TensorBoard event beside its time. */
export type EventContent =
  /** First in every file. */
  | { readonly kind: "version" }
  /** A session begins: what older files hold from this step on is void. */
  | { readonly kind: "start"; readonly step: number }
  | { readonly kind: "values"; readonly entry: Pick<MetricEntry, "step" | "split" | "values"> };

/**
 * One event as a TFRecord: length, its checksum, the message, its checksum. Values are scalars tagged `<split>/<name>`.
 * @param wallTime seconds since 1970
 * @see https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto
 */
export function eventRecord(wallTime: number, content: EventContent): Uint8Array {
  return tfRecord(eventMessage(wallTime, content));
}

/** Event: wall_time 1 (double), step 2 (int64), file_version 3 (string), summary 5, session_log 7. */
function eventMessage(wallTime: number, content: EventContent): Uint8Array {
  const time = double(1, wallTime);
  switch (content.kind) {
    case "version":
      return joined([time, text(3, "brain.Event:2")]);
    case "start":
      return joined([time, varint(2, content.step), bytes(7, varint(1, SESSION_START))]);
    case "values":
      return joined([time, varint(2, content.entry.step), bytes(5, summary(content.entry))]);
  }
}

/** SessionLog.SessionStatus.START */
const SESSION_START = 1;

/** Summary: value 1 (repeated); Value: tag 1 (string), simple_value 2 (float). */
function summary({ split, values }: Pick<MetricEntry, "split" | "values">): Uint8Array {
  return joined(
    Object.entries(values).map(([name, value]) => bytes(1, joined([text(1, `${split}/${name}`), float(2, value)]))),
  );
}

/** @see https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details */
function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(record.subarray(0, 8))), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return record;
}

/** `((crc >> 15) | (crc << 17)) + 0xa282ead8`, so that the checksum of data that holds checksums stays strong. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

/** Wire types of protocol buffers. @see https://protobuf.dev/programming-guides/encoding */
const [VARINT, BIT64, LENGTH_DELIMITED, BIT32] = [0, 1, 2, 5];

const key = (field: number, wire: number): number => (field << 3) | wire;

/** @param value a whole number from 0 to 2⁵³ */
function varint(field: number, value: number): Uint8Array {
  return Uint8Array.from([key(field, VARINT), ...base128(value)]);
}

function base128(value: number): number[] {
  const digits: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) digits.push((rest % 128) + 128);
  return [...digits, rest];
}

function double(field: number, value: number): Uint8Array {
  const out = new Uint8Array(9);
  out[0] = key(field, BIT64);
  new DataView(out.buffer).setFloat64(1, value, true);
  return out;
}

function float(field: number, value: number): Uint8Array {
  const out = new Uint8Array(5);
  out[0] = key(field, BIT32);
  new DataView(out.buffer).setFloat32(1, value, true);
  return out;
}

const text = (field: number, value: string): Uint8Array => bytes(field, new TextEncoder().encode(value));

const bytes = (field: number, value: Uint8Array): Uint8Array =>
  joined([Uint8Array.from([key(field, LENGTH_DELIMITED), ...base128(value.length)]), value]);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

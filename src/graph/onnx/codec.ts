import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Field, FieldKind, MessageSchema } from "./schema.ts";

type Message = Record<string, unknown>;

const WIRE: Record<string, WireType> = {
  int64: WireType.Varint,
  float: WireType.Bit32,
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
};

const wireOf = (kind: FieldKind): WireType => (typeof kind === "string" ? WIRE[kind] : WireType.LengthDelimited);

/** Protocol-buffer bytes of a message; absent fields are left out. */
export function encode(schema: MessageSchema, message: object): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  write(writer, schema, message as Message);
  return writer.finish();
}

function write(writer: BinaryWriter, schema: MessageSchema, message: Message): void {
  for (const [name, field] of Object.entries(schema)) {
    const value = message[name];
    if (value === undefined) continue;
    for (const item of field.repeated ? (value as unknown[]) : [value]) writeField(writer, field, item);
  }
}

function writeField(writer: BinaryWriter, { number, kind }: Field, value: unknown): void {
  writer.tag(number, wireOf(kind));
  if (kind === "int64") writer.int64(value as number);
  else if (kind === "float") writer.float(value as number);
  else if (kind === "string") writer.string(value as string);
  else if (kind === "bytes") writer.bytes(value as Uint8Array);
  else {
    writer.fork();
    write(writer, kind, value as Message);
    writer.join();
  }
}

/** The message in `bytes`; fields that the schema does not name are passed over. */
export function decode<T>(schema: MessageSchema, bytes: Uint8Array): T {
  return read(new BinaryReader(bytes), schema, bytes.length) as T;
}

function read(reader: BinaryReader, schema: MessageSchema, end: number): Message {
  const byNumber = new Map(Object.entries(schema).map(([name, field]) => [field.number, { name, field }]));
  const message: Message = {};
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const known = byNumber.get(number);
    if (known === undefined) reader.skip(wire, number);
    else readField(reader, known.name, known.field, wire, message);
  }
  return message;
}

function readField(reader: BinaryReader, name: string, field: Field, wire: WireType, message: Message): void {
  if (!field.repeated) {
    message[name] = readValue(reader, field.kind);
    return;
  }
  const list = (message[name] as unknown[] | undefined) ?? [];
  message[name] = list;
  const packed = wire === WireType.LengthDelimited && wireOf(field.kind) !== WireType.LengthDelimited;
  const end = packed ? reader.uint32() + reader.pos : reader.pos + 1;
  while (reader.pos < end) list.push(readValue(reader, field.kind));
}

function readValue(reader: BinaryReader, kind: FieldKind): unknown {
  if (kind === "int64") return Number(reader.int64());
  if (kind === "float") return reader.float();
  if (kind === "string") return reader.string();
  if (kind === "bytes") return reader.bytes();
  return read(reader, kind, reader.uint32() + reader.pos);
}

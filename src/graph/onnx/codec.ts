import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { GraphError } from "../../errors.ts";
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

/**
 * The message in `bytes`; fields that the schema does not name are passed over.
 * @throws GraphError or the reader's own error where lengths, tags and wire types contradict each other
 */
export function decode<T>(schema: MessageSchema, bytes: Uint8Array): T {
  return read(new BinaryReader(bytes), schema, bytes.length) as T;
}

type NamedField = Field & { readonly name: string };
const numbered = new WeakMap<MessageSchema, ReadonlyMap<number, NamedField>>();

function byNumber(schema: MessageSchema): ReadonlyMap<number, NamedField> {
  const known = numbered.get(schema);
  if (known !== undefined) return known;
  const fields = new Map(Object.entries(schema).map(([name, field]) => [field.number, { ...field, name }]));
  numbered.set(schema, fields);
  return fields;
}

function read(reader: BinaryReader, schema: MessageSchema, end: number): Message {
  const fields = byNumber(schema);
  const message: Message = {};
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const field = fields.get(number);
    if (field === undefined) reader.skip(wire, number);
    else readField(reader, field, wire, message);
  }
  if (reader.pos !== end) throw malformed(reader, "a field runs past the end of its message");
  return message;
}

function readField(reader: BinaryReader, field: NamedField, wire: WireType, message: Message): void {
  const { name, kind, repeated } = field;
  const own = wireOf(kind);
  const packed = repeated && wire === WireType.LengthDelimited && own !== WireType.LengthDelimited;
  if (wire !== own && !packed) throw malformed(reader, `field ${name} has wire type ${wire}`);
  if (!repeated) {
    message[name] = readValue(reader, kind);
    return;
  }
  const list = (message[name] as unknown[] | undefined) ?? [];
  message[name] = list;
  const end = packed ? endOf(reader) : reader.pos + 1;
  while (reader.pos < end) list.push(readValue(reader, kind));
  if (packed && reader.pos !== end) throw malformed(reader, `packed field ${name} is cut short`);
}

function readValue(reader: BinaryReader, kind: FieldKind): unknown {
  if (kind === "int64") return Number(reader.int64());
  if (kind === "float") return reader.float();
  if (kind === "string") return reader.string();
  if (kind === "bytes") return reader.bytes();
  return read(reader, kind, endOf(reader));
}

/** Where the part ends whose length stands here. */
function endOf(reader: BinaryReader): number {
  const end = reader.uint32() + reader.pos;
  if (end > reader.len) throw malformed(reader, "a part runs past the end of the file");
  return end;
}

function malformed({ pos }: BinaryReader, what: string): GraphError {
  return new GraphError({ where: "protocol buffer", what, at: `byte ${pos}` });
}

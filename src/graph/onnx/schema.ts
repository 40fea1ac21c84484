/**
 * The messages of ONNX that a graph needs, with the field numbers of onnx.proto (IR version 10).
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export type FieldKind = "int64" | "float" | "string" | "bytes" | MessageSchema;

export interface Field {
  readonly number: number;
  readonly kind: FieldKind;
  readonly repeated?: true;
}

export interface MessageSchema {
  readonly [field: string]: Field;
}

const one = (number: number, kind: FieldKind): Field => ({ number, kind });
const many = (number: number, kind: FieldKind): Field => ({ number, kind, repeated: true });

const entry: MessageSchema = { key: one(1, "string"), value: one(2, "string") };

const tensorProto: MessageSchema = {
  dims: many(1, "int64"),
  dataType: one(2, "int64"),
  floatData: many(4, "float"),
  int32Data: many(5, "int64"),
  int64Data: many(7, "int64"),
  name: one(8, "string"),
  rawData: one(9, "bytes"),
  externalData: many(13, entry),
};

const attributeProto: MessageSchema = {
  name: one(1, "string"),
  f: one(2, "float"),
  i: one(3, "int64"),
  s: one(4, "bytes"),
  t: one(5, tensorProto),
  floats: many(7, "float"),
  ints: many(8, "int64"),
  type: one(20, "int64"),
};

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const;

const nodeProto: MessageSchema = {
  input: many(1, "string"),
  output: many(2, "string"),
  name: one(3, "string"),
  opType: one(4, "string"),
  attribute: many(5, attributeProto),
  domain: one(7, "string"),
};

const dimension: MessageSchema = { dimValue: one(1, "int64"), dimParam: one(2, "string") };
const tensorType: MessageSchema = { elemType: one(1, "int64"), shape: one(2, { dim: many(1, dimension) }) };
const valueInfo: MessageSchema = { name: one(1, "string"), type: one(2, { tensorType: one(1, tensorType) }) };

const graphProto: MessageSchema = {
  node: many(1, nodeProto),
  name: one(2, "string"),
  initializer: many(5, tensorProto),
  input: many(11, valueInfo),
  output: many(12, valueInfo),
  valueInfo: many(13, valueInfo),
};

export const modelProto: MessageSchema = {
  irVersion: one(1, "int64"),
  producerName: one(2, "string"),
  producerVersion: one(3, "string"),
  graph: one(7, graphProto),
  opsetImport: many(8, { domain: one(1, "string"), version: one(2, "int64") }),
  metadataProps: many(14, entry),
};

export interface TensorProto {
  dims?: number[];
  dataType?: number;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: number[];
  name?: string;
  rawData?: Uint8Array;
  externalData?: { key?: string; value?: string }[];
}

export interface AttributeProto {
  name?: string;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorProto;
  floats?: number[];
  ints?: number[];
  type?: number;
}

export interface NodeProto {
  input?: string[];
  output?: string[];
  name?: string;
  opType?: string;
  attribute?: AttributeProto[];
  domain?: string;
}

export interface ValueInfo {
  name?: string;
  type?: { tensorType?: { elemType?: number; shape?: { dim?: { dimValue?: number; dimParam?: string }[] } } };
}

export interface GraphProto {
  node?: NodeProto[];
  name?: string;
  initializer?: TensorProto[];
  input?: ValueInfo[];
  output?: ValueInfo[];
  /** Types of inner values that a reader could not infer by itself. */
  valueInfo?: ValueInfo[];
}

export interface ModelProto {
  irVersion?: number;
  producerName?: string;
  producerVersion?: string;
  graph?: GraphProto;
  opsetImport?: { domain?: string; version?: number }[];
  metadataProps?: { key?: string; value?: string }[];
}

import type { ElementType } from "../arrays/elementType.ts";
import { type NamedArray, storedArray } from "../arrays/namedArray.ts";
import { recordingFromNamedArrays } from "../arrays/recording.ts";
import type { FileFormat } from "../fileFormat.ts";
import { openSafetensors } from "./safetensors.ts";
import type { Dtype } from "./tensor.ts";

const TYPES: Partial<Record<Dtype, ElementType>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  U64: "uint64",
  I32: "int32",
  U32: "uint32",
  I16: "int16",
  U16: "uint16",
  I8: "int8",
  U8: "uint8",
};

/** Signals kept as a tensor of a safetensors file; the file's metadata may state `sfreq`, `unit`, `scale` and comma-separated `labels`. */
export const safetensorsFormat: FileFormat = {
  name: "safetensors",
  extensions: [".safetensors"],
  recognise(head) {
    // 8 bytes of length (below 2^27, so the upper bytes are 0), then a JSON object
    return head.length >= 10 && head[8] === 0x7b && head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0;
  },
  async open(source, options) {
    const file = await openSafetensors(source);
    const arrays = [...file.tensors].flatMap(([path, { dtype, shape, start }]): NamedArray[] => {
      const type = TYPES[dtype];
      const layout = { littleEndian: true, order: "row-major" as const, offset: start };
      return type === undefined ? [] : [storedArray(source, path, shape, { type, ...layout })];
    });
    const facts = Object.entries(file.metadata).map(([name, value]) => ({
      scope: "",
      name,
      value: /^(labels|channel_names)$/.test(name) ? value.split(",") : value,
    }));
    const { name } = source;
    return recordingFromNamedArrays(
      { name, format: "safetensors", arrays, facts, close: () => source.close() },
      options,
    );
  },
};

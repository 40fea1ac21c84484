import { npyHeader } from "../../formats/npy/write.ts";
import type { TableFormat } from "./table.ts";

/** NumPy: float32 (rows, width). The header comes first, so the rows must be counted before. */
export const npyTable: TableFormat = {
  extension: ".npy",
  needsSidecar: true,
  async start(file, { rows, width }) {
    await file.write(npyHeader("<f4", [rows, width]));
    return {
      add: ({ embeddings }) => file.write(bytesOf(embeddings)),
      async finish() {},
    };
  },
};

export const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

import type { TableFormat } from "./table.ts";

/** A table for anything that reads text: recording, onset and duration in seconds, e0, e1, … */
export const csvTable: TableFormat = {
  extension: ".csv",
  needsSidecar: false,
  async start(file, { width }) {
    const names = Array.from({ length: width }, (_, i) => `e${i}`);
    const encoder = new TextEncoder();
    await file.write(encoder.encode(`recording,onset,duration,${names.join(",")}\n`));
    return {
      async add({ recording, onsets, duration, embeddings }) {
        const lines = onsets.map((onset, row) => {
          const values = Array.from(embeddings.subarray(row * width, (row + 1) * width), shortest);
          return `${quoted(recording)},${onset},${duration},${values.join(",")}\n`;
        });
        await file.write(encoder.encode(lines.join("")));
      },
      async finish() {},
    };
  },
};

/** Nine significant digits bring every float32 back bit for bit. */
const shortest = (value: number): string => String(Number(value.toPrecision(9)));

/** A field as RFC 4180 has it. */
export const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

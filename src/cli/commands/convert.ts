import { basename, extname } from "node:path";
import { UsageError } from "../../errors.ts";
import type { EdfWriteReport } from "../../formats/edf/write.ts";
import { withFiles } from "../../formats/target/node.ts";
import { defineCommand } from "../defineCommand.ts";
import { refuseInput } from "../destination.ts";
import type { Terminal } from "../effects.ts";
import { text, toggle } from "../flags.ts";
import { openFlags, openOptions } from "../recordingFlags.ts";
import { duration, painter, significant, table, wrap } from "../text.ts";

export const convert = defineCommand({
  name: "convert",
  description:
    "Write any recording as EDF+: all channels at their own rates, gaps and annotations kept. Nothing is filtered. What the\nheader says of person and date is left out unless you ask for it.",
  args: [{ name: "file", help: "a recording" }],
  flags: {
    out: text("FILE.edf", "the file to write"),
    identity: toggle("keep what the header says of person and date"),
    ...openFlags,
  },
  examples: [
    ["convert 100.hea --out 100.edf", "WFDB to EDF+"],
    ["convert eeg.mat --sfreq 128 --labels Fp1,Fp2,F3,F4 --unit uV --out eeg.edf", "an array that names nothing"],
  ],
  async run({ args: [file], flags: { out, identity, ...flags } }, effects) {
    if (out === undefined || extname(out).toLowerCase() !== ".edf") {
      throw new UsageError({ where: "--out", what: "a name ending in .edf is needed", got: out && basename(out) });
    }
    await refuseInput(out, [file], effects);
    const recording = await effects.open(file, openOptions(flags));
    const progress = effects.progress("s of recording");
    try {
      const { writeEdf } = await import("../../formats/edf/write.ts");
      const report = await withFiles([effects.createFile(out)], (target) =>
        writeEdf(recording, (bytes) => target.write(bytes), {
          identity,
          signal: effects.signal,
          onProgress: (done, total) => progress.update(done, total),
        }),
      );
      const result = {
        from: recording.name,
        out: basename(out),
        ...report,
        warnings: [...recording.warnings, ...report.warnings],
      };
      progress.end();
      return { json: result, text: () => resultText(result, effects.terminal) };
    } finally {
      progress.end();
      await recording.close();
    }
  },
});

function resultText(
  { from, out, ...report }: EdfWriteReport & { readonly from: string; readonly out: string },
  { columns: width, color }: Terminal,
): string[] {
  const paint = painter(color);
  const { format, bytes, nRecords, recordDuration, channels, warnings } = report;
  const rows = channels.map(({ label, sfreq, unit, physicalMin, physicalMax, step }) => [
    label,
    significant(sfreq),
    unit === "" ? "?" : unit,
    `${significant(physicalMin)} to ${significant(physicalMax)}`,
    significant(step),
  ]);
  const columns = [
    { title: "channel" },
    { title: "Hz", right: true },
    { title: "unit" },
    { title: "range", right: true },
    { title: "step", right: true },
  ];
  return [
    paint.bold(`${from} to ${out}: ${format}, ${duration(nRecords * recordDuration)}, ${(bytes / 1e6).toFixed(2)} MB`),
    ...table(columns, rows, { width, paint }),
    ...warnings.flatMap((warning) => wrap(paint.warn(warning), width)),
  ];
}

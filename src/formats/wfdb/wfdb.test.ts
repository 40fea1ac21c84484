import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { FormatError, SignalError } from "../../errors.ts";
import { type ByteSource, memorySource } from "../source/byteSource.ts";
import { fileSource } from "../source/node.ts";
import { verifyChecksums } from "./checksum.ts";
import { isWfdbRecording, openWfdb, wfdbFormat } from "./wfdb.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const int16 = (...values: number[]) => new Uint8Array(Int16Array.from(values).buffer);

/** A record in memory: files by name, text or bytes; the first is opened. */
function files(contents: Record<string, string | Uint8Array>): ByteSource {
  const map = new Map(
    Object.entries(contents).map(([name, content]) => [name, typeof content === "string" ? encode(content) : content]),
  );
  const [name, bytes] = map.entries().next().value!;
  return memorySource(bytes, name, map);
}

const one = "r 1 100 4\nr.dat 16 100/mV 16 0 1 10 0 II\n";
const lists = (samples: readonly Float64Array[]) => samples.map((x) => Array.from(x));

describe("one record", () => {
  it("opens from the header, the signal file or the annotation file", async () => {
    const contents = { "r.hea": one, "r.dat": int16(1, 2, 3, 4), "r.atr": Uint8Array.of(2, 4, 0, 0) };
    for (const name of Object.keys(contents)) {
      const first = { [name]: contents[name as keyof typeof contents], ...contents };
      const recording = await openWfdb(files(first));
      expect(recording).toMatchObject({ name: "r.hea", format: "WFDB", warnings: [] });
      expect(isWfdbRecording(recording)).toBe(true);
      expect(recording.annotations).toEqual([{ onset: 0.02, duration: 0, text: "N" }]);
      expect(lists(await recording.read())).toEqual([[0.01, 0.02, 0.03, 0.04]]);
    }
  });

  it("opens a header of any name by its content", async () => {
    const recording = await openWfdb(files({ "header.txt": one, "r.dat": int16(1, 2, 3, 4) }));
    expect(recording.name).toBe("header.txt");
  });

  it("says which header a signal file needs", async () => {
    await expect(openWfdb(files({ "r.dat": int16(1) }))).rejects.toThrow(/r\.dat: needs the file r\.hea beside it/);
    await expect(openWfdb(files({ ".dat": int16(1) }))).rejects.toThrow(/has no record name/);
  });

  it("says which signal file is missing", async () => {
    await expect(openWfdb(files({ "r.hea": one }))).rejects.toThrow(
      /r\.hea: needs the file r\.dat beside it\. Keep all/,
    );
  });

  it("reads a truncated signal file as far as it goes", async () => {
    const recording = await openWfdb(files({ "r.hea": one, "r.dat": int16(1, 2, 3).subarray(0, 5) }));
    expect(recording.channels[0].nTimes).toBe(2);
    expect(recording.warnings).toEqual([
      "r.dat is too short: r.hea expects 4 samples per signal, 2 are there; the rest is missing.",
    ]);
    expect(lists(await recording.read())).toEqual([[0.01, 0.02]]);
    const [report] = await verifyChecksums(recording);
    expect(report).toMatchObject({ ok: false, expected: 10, actual: 3 });
  });

  it("has NaN where only one of its files is too short", async () => {
    const header = "r 2 100 3\na.dat 16 1\nb.dat 16 1\n";
    const recording = await openWfdb(files({ "r.hea": header, "a.dat": int16(1, 2, 3), "b.dat": int16(4) }));
    expect(lists(await recording.read())).toEqual([
      [1, 2, 3],
      [4, Number.NaN, Number.NaN],
    ]);
  });

  it("does not read beyond the number of samples in the header", async () => {
    const recording = await openWfdb(files({ "r.hea": one, "r.dat": int16(1, 2, 3, 4, 500, 600) }));
    expect(recording.warnings).toEqual([]);
    expect((await verifyChecksums(recording))[0]).toMatchObject({ ok: true, actual: 10 });
    expect((await recording.read())[0].length).toBe(4);
  });

  it("finds a changed sample and a wrong first sample by the checksums", async () => {
    const changed = await openWfdb(files({ "r.hea": one, "r.dat": int16(1, 2, 3, 5) }));
    expect((await verifyChecksums(changed))[0]).toMatchObject({ ok: false, expected: 10, actual: 11, actualFirst: 1 });
    const swapped = await openWfdb(files({ "r.hea": one, "r.dat": int16(2, 1, 3, 4) }));
    expect((await verifyChecksums(swapped))[0]).toMatchObject({
      ok: false,
      actual: 10,
      expectedFirst: 1,
      actualFirst: 2,
    });
  });

  it("does not call a truncated file whole because what is missing sums up to 0", async () => {
    const recording = await openWfdb(files({ "r.hea": one, "r.dat": int16(1, 9) }));
    expect((await verifyChecksums(recording))[0]).toMatchObject({ ok: false, expected: 10, actual: 10 });
  });

  it("compares checksums modulo 65536, signed or not", async () => {
    const header = "r 1 100 2\nr.dat 16 100 16 0 30000 60000\n";
    const recording = await openWfdb(files({ "r.hea": header, "r.dat": int16(30000, 30000) }));
    expect((await verifyChecksums(recording))[0]).toMatchObject({ ok: true, actual: -5536 });
  });

  it("stops verifying when it is told to", async () => {
    const recording = await openWfdb(files({ "r.hea": one, "r.dat": int16(1, 2, 3, 4) }));
    await expect(verifyChecksums(recording, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });

  it("has NaN for a signal of format 0, and no segment where nothing is stored", async () => {
    const header = "r 2 100 2\n~ 0 1 12 0 0 0 0 gone\nr.dat 16 1 12 0 0 0 0 there\n";
    const recording = await openWfdb(files({ "r.hea": header, "r.dat": int16(1, 2) }));
    expect(lists(await recording.read())).toEqual([
      [Number.NaN, Number.NaN],
      [1, 2],
    ]);
    const empty = await openWfdb(files({ "r.hea": "r 1 100 1000000000000\n~ 0\n" }));
    expect(empty.segments).toEqual([]);
    expect(empty.warnings.at(-1)).toBe("r.hea: the record holds no samples.");
    await expect(empty.read()).rejects.toThrow(SignalError);
  });

  it("opens an annotated record without signals", async () => {
    const recording = await openWfdb(files({ "r.hea": "r 0 100 500\n", "r.atr": Uint8Array.of(2, 4, 0, 0) }));
    expect([recording.channels, recording.annotations.length]).toEqual([[], 1]);
  });

  it("opens with a warning where the annotation file is damaged", async () => {
    const recording = await openWfdb(
      files({ "r.hea": one, "r.dat": int16(1, 2, 3, 4), "r.atr": Uint8Array.of(2, 4, 3) }),
    );
    expect(recording.annotations.length).toBe(1);
    expect(recording.warnings).toEqual(["r.atr has no end mark; it may be truncated at byte 2."]);
  });

  it("tells that a signal without a gain is read with the default one", async () => {
    const recording = await openWfdb(files({ "r.hea": "r 1 100 1\nr.dat 16 0\n", "r.dat": int16(100) }));
    expect(recording.warnings).toEqual(["r.hea: signal 0 has no gain; 200 per mV is assumed."]);
    expect(lists(await recording.read())).toEqual([[0.5]]);
  });

  it.each([
    ["another format", "r.dat 16", "r.dat 212", /differ in storage format \(r\.dat\): expected 16, got 212/],
    ["another offset", "r.dat 16+4", "r.dat 16+8", /differ in byte offset \(r\.dat\): expected 4, got 8/],
    ["an offset past the end", "r.dat 16+99", "r.dat 16+99", /r\.dat: is shorter than the byte offset in its header/],
    ["too large frames", "r.dat 16x1048576", Array(4).fill("r.dat 16x1048576").join("\n"), /a frame holds too many/],
  ])("refuses signals of one file with %s", async (_, a, b, message) => {
    const lines = `${a}\n${b}`.split("\n");
    const source = files({ "r.hea": `r ${lines.length} 100 4\n${lines.join("\n")}\n`, "r.dat": int16(1, 2) });
    await expect(openWfdb(source)).rejects.toThrow(message);
  });

  it("refuses signals of one file that are not listed together", async () => {
    const header = "r 3 100\na.dat 16\nb.dat 16\na.dat 16\n";
    await expect(openWfdb(files({ "r.hea": header, "a.dat": int16(1), "b.dat": int16(1) }))).rejects.toThrow(
      /signals of one file are not listed together/,
    );
  });

  it("refuses a header that is binary or huge", async () => {
    await expect(openWfdb(files({ "r.hea": Uint8Array.of(114, 0, 49) }))).rejects.toThrow(
      /is not a text header at byte 1/,
    );
    const huge = { ...files({ "r.hea": one }), size: 2 ** 32 };
    await expect(openWfdb({ ...huge, read: async () => encode(one) })).rejects.toThrow(/too large for a WFDB header/);
  });

  it("refuses a read of more samples than fit, before anything is allocated", async () => {
    const header = `r 1025 100\n${"~ 0x1048576\n".repeat(1024)}r.dat 8 1\n`;
    const recording = await openWfdb(files({ "r.hea": header, "r.dat": new Uint8Array(1000) }));
    await expect(recording.read()).rejects.toThrow(/too many samples at once.*Read a shorter range/);
  });

  it("refuses to read once it is closed", async () => {
    const recording = await openWfdb(files({ "r.hea": one, "r.dat": int16(1, 2, 3, 4) }));
    await recording.close();
    await expect(recording.read()).rejects.toThrow(/its recording is closed/);
  });
});

describe("multi-segment records", () => {
  const part = (name: string, n = 2) => `${name} 1 100 ${n}\n${name}.dat 16 1 12 0 0 0 0 II\n`;
  const dat = int16(1, 2);

  it("names itself or another multi-segment record: refused, not followed", async () => {
    const itself = files({ "m.hea": "m/2 1 100 4\na 2\nm 2\n", "a.hea": part("a"), "a.dat": dat });
    await expect(openWfdb(itself)).rejects.toThrow(/m\.hea: names itself as a segment/);
    const ring = files({ "m.hea": "m/1 1 100 2\nn 2\n", "n.hea": "n/1 1 100 2\nm 2\n" });
    await expect(openWfdb(ring)).rejects.toThrow(/m\.hea: its segment n is a multi-segment record/);
    const layout = files({ "m.hea": "m/1 1 100 2\nm 0\n" });
    await expect(openWfdb(layout)).rejects.toThrow(/names itself as a segment/);
  });

  it("refuses segments and their signals outside the folder", async () => {
    await expect(openWfdb(files({ "m.hea": "m/1 1 100 2\nsub/a 2\n" }))).rejects.toThrow(FormatError);
    const away = files({ "m.hea": "m/1 1 100 2\na 2\n", "a.hea": "a 1 100 2\n../a.dat 16\n" });
    await expect(openWfdb(away)).rejects.toThrow(/refuses to open a file outside its own folder/);
  });

  it("a segment that cannot be opened is a gap and a warning", async () => {
    const source = files({ "m.hea": "m/3 1 100 6\na 2\nb 2\na 2\n", "a.hea": part("a"), "a.dat": dat });
    const recording = await openWfdb(source);
    expect(recording.segments).toEqual([
      { onset: 0, duration: 0.02 },
      { onset: 0.04, duration: 0.02 },
    ]);
    expect(recording.warnings).toEqual([
      "Segment b cannot be read and is left out: m.hea: needs the file b.hea beside it. Keep all files of a record in one folder, or pass them together",
    ]);
    expect(lists(await recording.read({ segment: 1 }))).toEqual([[1, 2]]);
  });

  it("gives the first reason when no segment can be opened", async () => {
    await expect(openWfdb(files({ "m.hea": "m/2 1 100 4\na 2\nb 2\n" }))).rejects.toThrow(/needs the file a\.hea/);
    await expect(openWfdb(files({ "m.hea": "m/1 1 100 4\n~ 4\n" }))).rejects.toThrow(/has no segment with samples/);
  });

  it("a truncated segment ends early; what follows keeps its place in time", async () => {
    const source = files({
      "m.hea": "m/2 1 100 6\na 4\nb 2\n",
      "a.hea": part("a", 4),
      "a.dat": int16(7, 8, 9),
      "b.hea": part("b"),
      "b.dat": dat,
    });
    const recording = await openWfdb(source);
    expect(recording.segments.map(({ onset }) => onset)).toEqual([0, 0.04]);
    expect(recording.channels[0].nTimes).toBe(5);
    expect(lists(await recording.read())).toEqual([[7, 8, 9]]);
    expect(recording.warnings.length).toBe(1);
  });

  it("leaves out a segment of another rate, and a channel of another unit", async () => {
    const source = files({
      "m.hea": "m/3 1 100 6\na 2\nb 2\nc 2\n",
      "a.hea": part("a"),
      "a.dat": dat,
      "b.hea": "b 1 200 2\na.dat 16 1\n",
      "c.hea": "c 1 100 2\na.dat 16 1/uV 12 0 0 0 0 II\n",
    });
    const recording = await openWfdb(source);
    expect(recording.warnings[0]).toMatch(
      /Segment b .* another sampling rate than its record: expected 100 Hz, got 200 Hz/,
    );
    expect(recording.warnings[1]).toMatch(
      /Segment c: channel 0 \(II\) has another unit there; its samples are left out/,
    );
    expect(lists(await recording.read({ segment: 1 }))).toEqual([[Number.NaN, Number.NaN]]);
  });

  it("tells where lengths disagree, and follows the segments", async () => {
    const source = files({ "m.hea": "m/1 1 100 9\na 1\n", "a.hea": part("a"), "a.dat": dat });
    const recording = await openWfdb(source);
    expect(recording.channels[0].nTimes).toBe(1);
    expect(recording.warnings).toEqual([
      "Segment a has 2 samples per signal where its record counts 1.",
      "m.hea counts 9 samples per signal, its segments 1; the segments are followed.",
    ]);
  });

  it("refuses a layout segment with another number of signals, and segments longer than numbers go", async () => {
    const layout = files({ "m.hea": "m/2 2 100 2\nl 0\na 2\n", "l.hea": "l 1 100 0\n~ 0\n" });
    await expect(openWfdb(layout)).rejects.toThrow(/another number of signals: expected 2, got 1/);
    const long = `m/3 1 100\na 2\n~ ${2 ** 53 - 1}\n~ ${2 ** 53 - 1}\n`;
    await expect(openWfdb(files({ "m.hea": long, "a.hea": part("a"), "a.dat": dat }))).rejects.toThrow(/too long/);
  });

  it("keeps few files open, however many segments there are", async () => {
    const names = Array.from({ length: 200 }, (_, i) => `s${i}`);
    const contents: Record<string, string | Uint8Array> = {
      "m.hea": `m/200 1 100 400\n${names.map((name) => `${name} 2`).join("\n")}\n`,
    };
    for (const name of names) Object.assign(contents, { [`${name}.hea`]: part(name), [`${name}.dat`]: dat });
    const counted = countOpen(files(contents));
    const recording = await openWfdb(counted.source);
    const [samples] = await recording.read();
    expect(samples.length).toBe(400);
    expect(samples.every((x, i) => x === 1 + (i % 2))).toBe(true);
    expect(counted.most()).toBeLessThanOrEqual(30);
    await recording.close();
    expect(counted.now()).toBe(0);
  });
});

/** Counts the siblings that are open at a time. */
function countOpen(source: ByteSource): { source: ByteSource; most: () => number; now: () => number } {
  let now = 0;
  let most = 0;
  const sibling = async (name: string) => {
    const found = await source.sibling(name);
    most = Math.max(most, ++now);
    return { ...found, close: async () => void now-- };
  };
  return { source: { ...source, sibling }, most: () => most, now: () => now };
}

describe("memory and range", () => {
  /** A header in memory beside a signal file that is computed: byte at offset o is `at(o)`. */
  function computed(header: string, size: number, at: (offset: number) => number) {
    const lengths: number[] = [];
    const data: ByteSource = {
      ...memorySource(new Uint8Array(0), "r.dat"),
      size,
      read: async (offset, length) => {
        lengths.push(length);
        return Uint8Array.from({ length }, (_, i) => at(offset + i));
      },
    };
    const source = files({ "r.hea": header });
    const sibling = async (name: string) => (name === "r.dat" ? data : source.sibling(name));
    return { source: { ...source, sibling }, lengths };
  }

  it("reads the end of a signal file of 6 GB without the rest of it", async () => {
    const frames = 2 ** 31; // 2 signals of format 212: 3 bytes per frame
    // byte 3f + 2 counts frames modulo 251; the middle byte is 0
    const { source, lengths } = computed("r 2 1000\nr.dat 212 1\nr.dat 212 1\n", 3 * frames, (o) =>
      o % 3 === 2 ? Math.floor(o / 3) % 251 : 0,
    );
    const recording = await openWfdb(source);
    expect(recording.channels[0].nTimes).toBe(frames);
    const to = recording.segments[0].duration;
    const [a, b] = await recording.read({ from: to - 0.05, to });
    expect(Array.from(a)).toEqual(Array(50).fill(0));
    expect(Array.from(b)).toEqual(Array.from({ length: 50 }, (_, i) => (frames - 50 + i) % 251));
    expect(lengths).toEqual([150]);
  });

  it("reads long ranges and checksums in pieces below 1 MB", async () => {
    const { source, lengths } = computed("r 1 1000 1000000\nr.dat 16 1 16 0 0 0\n", 2_000_000, (o) => (o % 2 ? 0 : 3));
    const recording = await openWfdb(source);
    const [samples] = await recording.read();
    expect(samples.every((x) => x === 3)).toBe(true);
    expect((await verifyChecksums(recording))[0].actual).toBe((3_000_000 << 16) >> 16);
    expect(Math.max(...lengths)).toBeLessThan(2 ** 20);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(4_000_000);
  });

  it("sums differences up from the last place that it knows", async () => {
    const n = 600_000; // differences +1, -1, +1, … plus one more +1 every 1000
    const at = (o: number) => (o % 1000 === 0 ? 2 : o % 2 ? 255 : 1);
    const value = (k: number) => 5 + ((k + 1) % 2) + Math.floor(k / 1000) + 1;
    const { source, lengths } = computed(`r 1 1000 ${n}\nr.dat 8 1 10 0 5\n`, n, at);
    const recording = await openWfdb(source);
    const late = (await recording.read({ from: 590, to: 590.01 }))[0];
    expect(Array.from(late)).toEqual(Array.from({ length: 10 }, (_, i) => value(590_000 + i)));
    const before = lengths.reduce((sum, length) => sum + length, 0);
    expect(before).toBeLessThanOrEqual(590_010);
    const again = (await recording.read({ from: 591, to: 591.01 }))[0];
    expect(Array.from(again)).toEqual(Array.from({ length: 10 }, (_, i) => value(591_000 + i)));
    expect(lengths.reduce((sum, length) => sum + length, 0) - before).toBeLessThan(2 ** 18);
    const early = (await recording.read({ from: 0, to: 0.01 }))[0];
    expect(Array.from(early)).toEqual(Array.from({ length: 10 }, (_, i) => value(i)));
  });

  it("answers reads side by side", async () => {
    const n = 400_000;
    const { source } = computed(`r 1 1000 ${n}\nr.dat 8 1 10 0 0\n`, n, (o) => (o % 100 === 0 ? 1 : 0));
    const recording = await openWfdb(source);
    const parts = await Promise.all([300, 10, 200, 399, 0].map((from) => recording.read({ from, to: from + 0.001 })));
    expect(parts.map(([x]) => x[0])).toEqual([3001, 101, 2001, 3991, 1]);
  });
});

describe("as a format", () => {
  const head = encode(one);

  it("is recognised by content under any name, and by extension otherwise", () => {
    expect(wfdbFormat.recognise(head, "anything")).toBe(true);
    for (const name of ["r.hea", "R.HEA", "r.dat", "r.atr"])
      expect(wfdbFormat.recognise(Uint8Array.of(1), name)).toBe(true);
    for (const name of ["r.edf", "r.csv", "dat"]) expect(wfdbFormat.recognise(Uint8Array.of(1), name)).toBe(false);
  });

  const folder = fileURLToPath(new URL("pairs/", import.meta.url));

  it("opens a file on disk and closes it", async () => {
    expect(existsSync(folder)).toBe(true);
    const recording = await wfdbFormat.open(await fileSource(`${folder}mixed.hea`), {});
    expect(recording.channels.map(({ sfreq }) => sfreq)).toEqual([250, 125, 62.5, 62.5]);
    await recording.close();
  });
});

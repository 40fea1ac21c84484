import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../errors.ts";
import { memorySource } from "../source/byteSource.ts";
import { parseEvents, readWfdbAnnotations } from "./annotations.ts";
import { symbolOf } from "./codes.ts";

const pair = (name: string) => new Uint8Array(readFileSync(new URL(`pairs/${name}`, import.meta.url)));
const expected = JSON.parse(new TextDecoder().decode(pair("annotations.json")));
const read = (name: string, sfreq: number, nChans?: number) =>
  readWfdbAnnotations(memorySource(pair(name), name), sfreq, { nChans });
const brief = ({ annotations }: { annotations: readonly { onset: number; text: string }[] }) =>
  annotations.map(({ onset, text }) => [onset, text]);

describe("MIT format", () => {
  it("gives every field of every annotation, with intervals forward, back and over null annotations", async () => {
    const { events, warnings } = await read("mit.atr", 360);
    const rows = events.map(({ time, code, subtype, num, channel = null, aux = null }) => [
      time,
      code,
      subtype,
      num,
      channel,
      aux,
    ]);
    expect(rows).toEqual(expected.mit);
    expect(warnings).toEqual([]);
  });

  it("gives onsets in seconds, symbol and auxiliary text, and a channel once the file has named one", async () => {
    const { annotations } = await read("mit.atr", 100, 2);
    expect(annotations[0]).toEqual({ onset: 0.1, duration: 0, text: "N" });
    expect(annotations[14].text).toBe("[15]");
    expect(annotations[50]).toEqual({ onset: 15.23, duration: 0, text: "+ (AFIB" });
    expect(annotations.slice(51).map(({ channel, text }) => [channel, text])).toEqual([
      [1, "N"],
      [1, '" odd'],
      [0, "V"],
    ]);
  });

  it("does not pass on a channel that the record does not have", async () => {
    const { annotations } = await read("mit.atr", 100, 1);
    expect(annotations[51].channel).toBeUndefined();
  });

  it("follows a time resolution and symbols of its own, which are not annotations themselves", async () => {
    expect(brief(await read("defined.qrs", 360))).toEqual(expected.defined);
  });

  it("reads a truncated file as far as it goes, and says so", async () => {
    const whole = pair("mit.atr");
    const { events, warnings } = parseEvents(whole.subarray(0, 41), "cut.atr");
    expect(events.length).toBe(20);
    expect(warnings).toEqual(["cut.atr has no end mark; it may be truncated at byte 40."]);
    const inText = parseEvents(whole.subarray(0, whole.length - 13), "cut.atr");
    expect(inText.warnings.length).toBe(1);
  });

  it("leaves out annotations before the start of the record", () => {
    const { events, warnings } = parseEvents(Uint8Array.of(0, 0xec, 255, 255, 0, 0, 1, 4, 0, 0), "early.atr");
    expect(events).toEqual([]);
    expect(warnings).toEqual(["early.atr: 1 annotations before the start of the record are left out."]);
  });

  it("ignores a time resolution that is no rate", () => {
    const aux = new TextEncoder().encode("## time resolution: 0!");
    const bytes = Uint8Array.of(0, 0x58, aux.length, 0xfc, ...aux, 10, 4, 0, 0);
    const { timeResolution, warnings, events } = parseEvents(bytes, "odd.atr");
    expect([timeResolution, events.length]).toEqual([undefined, 1]);
    expect(warnings).toEqual(["odd.atr: the time resolution is no number of Hz and is ignored."]);
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { events } = parseEvents(bytes, "any.atr");
        expect(events.length).toBeLessThanOrEqual(bytes.length / 2);
        for (const { time, code } of events) expect(time >= 0 && code > 0 && code < 59).toBe(true);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe("AHA format", () => {
  it("takes times of the AHA's own files as milliseconds, whatever the rate", async () => {
    expect(brief(await read("aha_tape.atr", 250))).toEqual(expected.aha.tape);
  });

  it("takes times of files of the WFDB software as samples, and their MIT codes before the labels", async () => {
    const { annotations, events } = await read("aha_wfdb.atr", 250);
    expect(brief({ annotations })).toEqual(expected.aha.wfdb);
    expect(events.map(({ subtype }) => subtype)).toEqual([0, 3, -1]);
  });

  it("stops at a label that it does not know, and says so", () => {
    const bytes = pair("aha_tape.atr").slice(0, 48);
    bytes[33] = 0x41;
    const { events, warnings } = parseEvents(bytes, "odd.atr");
    expect(events.length).toBe(2);
    expect(warnings).toEqual(["odd.atr: unknown AHA label at byte 32; what follows is not read."]);
  });
});

it("refuses a file too large to be an annotation file before reading it", async () => {
  const huge = { ...memorySource(new Uint8Array(0), "huge.atr"), size: 2 ** 33 };
  await expect(readWfdbAnnotations(huge, 360)).rejects.toThrow(FormatError);
});

it("names all codes of ecgcodes.h", () => {
  const table = 'N L R a V F J A S E j / Q ~ [15] | [17] s T * D " = p B ^ t + u ? ! [ ] e n @ x f ( ) r [42]';
  expect(Array.from({ length: 42 }, (_, i) => symbolOf(i + 1)).join(" ")).toBe(table);
});

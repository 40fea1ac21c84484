import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readSafetensors } from "../formats/safetensors/safetensors.ts";
import { butterworth } from "./butterworth.ts";
import { applyChain } from "./chain.ts";
import { filtfilt, sosfiltfilt } from "./filtfilt.ts";
import { firwin } from "./firwin.ts";
import { iirnotch } from "./notch.ts";
import { relativeError } from "./pairs/reference.ts";
import { resamplePoly } from "./resample.ts";
import { zscore } from "./zscore.ts";

const file = new URL("../../../shared/fixtures/given/pieces/preprocess.f64.safetensors", import.meta.url);
const BANDS = { eeg: [0.1, 75], ecg: [0.5, 120], ppg: [0.5, 8] } as const;

/** Rows of a tensor of the fixtures; several leading axes count as one. */
function loadRows(): (name: string) => Float64Array[] {
  const { tensors } = readSafetensors(new Uint8Array(readFileSync(file)), "preprocess.f64.safetensors");
  return (name) => {
    const { shape, data } = tensors.get(name)!;
    const width = shape[shape.length - 1];
    return Array.from({ length: data.length / width }, (_, r) =>
      (data as Float64Array).slice(r * width, (r + 1) * width),
    );
  };
}

describe.skipIf(!existsSync(file))("the authors' preprocessing, float64 (needs ../shared/fixtures)", () => {
  const rows = existsSync(file) ? loadRows() : () => [];
  const joined = (parts: Float64Array[]) => parts.flatMap((part) => [...part]);
  const compare = (name: string, make: (x: Float64Array) => Float64Array, input: string) =>
    relativeError(joined(rows(input).map(make)), joined(rows(name)));

  for (const sfreq of [500, 400, 250, 125, 256]) {
    for (const [sensor, cutoff] of Object.entries(BANDS)) {
      if (cutoff[1] >= sfreq / 2 || (sfreq === 125 && sensor !== "ppg")) continue;
      const id = `fs${sfreq}.${sensor}`;
      it(`${id}: sections to 1e-12, zero-phase output to 1e-9`, () => {
        const sos = butterworth(4, { type: "bandpass", cutoff }, sfreq);
        sos.forEach((section, i) => {
          expect(relativeError(section, rows(`${id}.sos`)[i])).toBeLessThan(1e-12);
        });
        const filter = (x: Float64Array) => sosfiltfilt(sos, x, { padding: 27 });
        expect(compare(`${id}.sosfiltfilt`, filter, `fs${sfreq}.in`)).toBeLessThan(1e-9);
        // The authors' fraction form limits this one: its own round-off is 2e-7 at worst for ECG.
        if (sensor === "ecg") expect(compare(`${id}.filtfilt`, filter, `fs${sfreq}.in`)).toBeLessThan(1e-6);
      });
    }
    it.each([50, 60])(`fs${sfreq}: notch at %i Hz to 1e-9`, (frequency) => {
      const [[b0, b1, b2, a0, a1, a2]] = iirnotch(frequency, 30, sfreq);
      const id = `fs${sfreq}.notch${frequency}`;
      expect(relativeError([b0, b1, b2], rows(`${id}.b`)[0])).toBeLessThan(1e-14);
      expect(relativeError([a0, a1, a2], rows(`${id}.a`)[0])).toBeLessThan(1e-14);
      const filter = (x: Float64Array) => filtfilt([b0, b1, b2], [a0, a1, a2], x);
      expect(compare(`${id}.filtfilt`, filter, `fs${sfreq}.in`)).toBeLessThan(1e-9);
    });
  }

  it.each([500, 400, 250, 125, 64, 700, 512])("fs%i: resampled to 256 Hz, to 1e-12", (sfreq) => {
    expect(compare(`fs${sfreq}.resample256`, (x) => resamplePoly(x, 256, sfreq), `fs${sfreq}.in`)).toBeLessThan(1e-12);
  });

  it("the low-pass of 16/25, to 1e-13", () => {
    const taps = firwin(501, 1 / 25, 5.0);
    expect(
      relativeError(
        taps.map((tap) => 16 * tap),
        rows("resample.h_16_25")[0],
      ),
    ).toBeLessThan(1e-13);
  });

  // The reference filters in fraction form: its round-off, measured against SciPy's sections, is the tolerance here.
  it.each([
    ["chain.ecg500", "fs500.in", "ecg", 500, undefined, 2e-7],
    ["chain.ecg400", "fs400.in", "ecg", 400, undefined, 5e-8],
    ["chain.pulsedb_ecg125", "fs125.in", "ecg", 125, undefined, 5e-9],
    ["chain.pulsedb_ppg125_code12Hz", "fs125.in", "ppg", 125, [0.5, 12], 2e-5],
    ["chain.pulsedb_ppg125_doc8Hz", "fs125.in", "ppg", 125, undefined, 1e-4],
    ["fs64.chain.wesad_ppg64", "fs64.in", "ppg", 64, undefined, 5e-5],
    ["fs700.chain.wesad_ecg700", "fs700.in", "ecg", 700, undefined, 5e-7],
  ] as const)("%s: the reference's whole chain", (name, input, sensor, sfreq, band, tolerance) => {
    expect(compare(name, (x) => applyChain(x, sensor, sfreq, { band }).samples, input)).toBeLessThan(tolerance);
  });

  it("z-score, to 1e-12", () => {
    expect(compare("zscore.out", (x) => zscore(x, new Float64Array(x.length)), "zscore.in")).toBeLessThan(1e-12);
  });
});

import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openEdf } from "../formats/edf/edf.ts";
import { fileSource } from "../formats/source/node.ts";
import { planContract } from "./channels/planContract.ts";
import type { QualityFlag } from "./quality.ts";
import { windowBatches } from "./windowBatches.ts";

const folder = fileURLToPath(new URL("../../../shared/data/eegmat/", import.meta.url));

/** Share of 5 s windows with each flag, per sensor, over the first minute. */
async function flagShares(file: string) {
  const source = await fileSource(folder + file);
  const recording = await openEdf(source);
  const contract = planContract(recording.channels);
  const counts = {
    eeg: new Map<QualityFlag, number>(),
    ecg: new Map<QualityFlag, number>(),
    ppg: new Map<QualityFlag, number>(),
  };
  let nWindows = 0;
  let finite = true;
  const batches = windowBatches(recording, contract, {
    windowSeconds: 5,
    range: { to: 60 },
    chain: { band: false, notches: [] },
  });
  for await (const { quality, windows, x } of batches) {
    nWindows += windows.length;
    finite &&= x.every(Number.isFinite);
    for (const row of quality) {
      row.forEach(({ flags }, c) => {
        const { sensor } = contract.used[c];
        const among = contract.used.filter((used) => used.sensor === sensor).length;
        for (const flag of flags) counts[sensor].set(flag, (counts[sensor].get(flag) ?? 0) + 1 / among);
      });
    }
  }
  await source.close();
  const share = (sensor: "eeg" | "ecg", flag: QualityFlag) => (counts[sensor].get(flag) ?? 0) / nWindows;
  return { share, nWindows, finite };
}

describe.skipIf(!existsSync(folder))("eegmat (needs ../shared/data)", () => {
  const unusable = ["Subject02_1.edf", "Subject13_1.edf", "Subject20_2.edf", "Subject35_2.edf"];
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".edf")) : [];
  // The four, their partners by the same person, and one in five of the others.
  const partners = unusable.map((name) => name.replace(/_\d/, (part) => (part === "_1" ? "_2" : "_1")));
  const chosen = files.filter((name, i) => unusable.includes(name) || partners.includes(name) || i % 5 === 0);

  it("the four recordings with unusable ECG are the ones whose ECG is flagged small, in every window", async () => {
    for (const file of chosen) {
      const { share, nWindows, finite } = await flagShares(file);
      expect(nWindows, file).toBe(12);
      expect(finite, file).toBe(true);
      expect(share("ecg", "small"), file).toBe(unusable.includes(file) ? 1 : 0);
      expect(share("eeg", "flat"), file).toBe(0);
      expect(share("eeg", "clipped"), file).toBe(0);
      expect(share("eeg", "mains50") + share("eeg", "mains60"), file).toBe(0); // came filtered at 45 Hz
    }
  });
});

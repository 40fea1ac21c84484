import { writeEdf } from "../../src/formats/index.ts";
import { randomStream } from "../../src/model/index.ts";
import { recordingFromArrays } from "../../src/signal/index.ts";

const [SFREQ, SECONDS] = [250, 20];

/** An EDF+ file of 20 s made from a seed: four EEG channels, an ECG and a respiration belt that the model has no use for. */
export async function sampleEdf(): Promise<Uint8Array> {
  const eeg = ["Fp1", "Fp2", "C3", "O1"].map((label) => ({ label: `EEG ${label}`, unit: "uV", samples: eegOf(label) }));
  const ecg = { label: "ECG II", unit: "mV", samples: signal((t) => Math.exp(-(((t % 0.8) - 0.4) ** 2) / 2e-4)) };
  const belt = { label: "Resp", unit: "", samples: signal((t) => Math.sin(1.6 * t)) };
  const channels = [...eeg, ecg, belt].map((channel) => ({ ...channel, sfreq: SFREQ }));
  const parts: Uint8Array[] = [];
  await writeEdf(
    recordingFromArrays(channels, { name: "sample.edf" }),
    async (bytes) => void parts.push(bytes.slice()),
  );
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

const signal = (at: (seconds: number) => number): Float64Array =>
  Float64Array.from({ length: SFREQ * SECONDS }, (_, i) => at(i / SFREQ));

/** 10 Hz over noise, µV. */
function eegOf(label: string): Float64Array {
  const noise = randomStream(4, label).normal(0, SFREQ * SECONDS);
  return signal((t) => 20 * Math.sin(2 * Math.PI * 10 * t) + 8 * noise[Math.round(t * SFREQ)]);
}

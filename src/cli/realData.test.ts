import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeEngine } from "../runtime/node.ts";
import { PanLuna } from "../runtime/panluna.ts";
import type { Effects } from "./effects.ts";
import { nodeEffects } from "./nodeEffects.ts";
import { runCli } from "./program.ts";

const DATA = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** A small file of every set, with the flags that it needs, and what the model takes of it. */
const FILES: readonly (readonly [file: string, flags: readonly string[], takes: Readonly<Record<string, number>>])[] = [
  ["eegmat/Subject00_1.edf", [], { eeg: 19, ecg: 1 }],
  ["mitdb/100.hea", [], { ecg: 2 }],
  ["mitdb/100.dat", [], { ecg: 2 }],
  [
    "troika/DATA_01_TYPE01.mat",
    ["--sfreq", "125", "--labels", "ECG,PPG1,PPG2,accx,accy,accz", "--layout", "channels-first", "--map", "accx=drop"],
    { ecg: 1, ppg: 1 },
  ],
  [
    "adhd/ADHD/v10p.mat",
    ["--sfreq", "128", "--labels", "Fp1,Fp2,F3,F4,C3,C4,P3,P4,O1,O2,F7,F8,T7,T8,P7,P8,Fz,Cz,Pz"],
    { eeg: 19 },
  ],
  ["ptbxl/raw.h5", ["--records", "0-1"], { ecg: 12 }],
  ["ptbxl/train.h5", ["--records", "3", "--no-filter"], { ecg: 12 }],
  [
    "muse/erp.h5",
    ["--variable", "auditory/P300/subject1/session1/data_2017-09-13-15.55.05/X", "--hop", "2.5"],
    { eeg: 4 },
  ],
  ["muse/sequence.h5", ["--scale", "1.6449804", "--unit", "uV"], { eeg: 4 }],
  ["stress-predict/S01/BVP.csv.gz", [], { ppg: 1 }],
  ["welltory/data/subject_20/PPG.csv", ["--map", "G=PPG"], { ppg: 1 }],
];

const SMALL = { patchSize: 32, embedDim: 16, numHeads: 2, depth: 1, numQueries: 2, mlpRatio: 2 } as const;

/** Its sessions serve all tests: a command that closes it leaves them alone. */
class KeptModel extends PanLuna {
  override async close() {}
  end = () => super.close();
}

describe.skipIf(!existsSync(DATA))("every kind of recording through the commands (needs ../shared/data)", () => {
  let model: KeptModel;
  let effects: Effects;
  beforeAll(() => {
    model = new KeptModel(PanLuna.untrained(nodeEngine, { sizes: SMALL }).model, nodeEngine, false, { threads: 1 });
    const { signal } = new AbortController();
    const stream = { isTTY: false, columns: 80 };
    const home = { folder: "", version: "0.0.0" };
    const real = nodeEffects({
      stdout: stream,
      stderr: stream,
      env: {},
      home,
      signal,
      err: () => {},
      allowToFinish: () => {},
    });
    effects = { ...real, loadModel: async () => model };
  });
  afterAll(() => model.end());

  const run = async (...argv: string[]) => {
    let out = "";
    const write = (text: string) => {
      out += text;
    };
    const code = await runCli([...argv, "--json"], { effects, out: write, err: write });
    expect(out).not.toContain(DATA);
    return { code, result: JSON.parse(out) };
  };

  it.each(FILES)("%s", async (file, flags, takes) => {
    const path = DATA + file;
    const inspectFlags = flags.filter((_, i) => flags[i] !== "--hop" && flags[i - 1] !== "--hop");
    const inspected = await run("inspect", path, ...inspectFlags, "--range", "0:10");
    expect(inspected).toMatchObject({ code: 0, result: { contract: expect.any(Object), quality: { judged: 2 } } });
    const sensors = inspected.result.contract.used.map(({ sensor }: { sensor: string }) => sensor);
    const counts = Object.fromEntries(
      [...new Set<string>(sensors)].map((s) => [s, sensors.filter((x: string) => x === s).length]),
    );
    expect(counts).toEqual(takes);
    const embedded = await run("embed", path, ...flags, "--range", "0:10");
    const windows = flags.includes("--hop") ? 3 : 2;
    expect(embedded).toMatchObject({ code: 0, result: { shape: [windows, 32], trained: false } });
    const reconstructed = await run("reconstruct", path, ...flags, "--range", "0:10", "--windows", "1");
    expect(reconstructed).toMatchObject({ code: 0, result: { windows: 1, hiddenShare: 0.5 } });
    expect(reconstructed.result.channels).toHaveLength(sensors.length);
    for (const { explained } of reconstructed.result.channels) expect(explained).toEqual(expect.any(Number));
  });
});

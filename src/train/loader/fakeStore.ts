import { placeOf } from "../../signal/index.ts";
import type { WindowStore } from "../../store/index.ts";

/** What a store of tests holds. */
export interface FakeStoreOptions {
  readonly name?: string;
  /** Names of the channels, by layout. */
  readonly layouts: readonly (readonly string[])[];
  /** Layout of every window. */
  readonly layout: readonly number[];
  readonly nTimes?: number;
  readonly sfreq?: number;
  /** A sample; a slow wave that tells windows and channels apart if not given. */
  readonly sample?: (row: number, channel: number, time: number) => number;
  /** Called before each reading; may throw, or take its time. */
  readonly onRead?: (rows: readonly number[]) => Promise<void> | void;
}

/** A store in memory, for tests: task "half" tells the first half of the windows from the second; subject s has the windows 4s … 4s + 3. */
export function fakeStore(options: FakeStoreOptions): WindowStore {
  const { name = "fake", layouts, layout, nTimes = 64, sfreq = 256, onRead = () => {} } = options;
  const { sample = (row, channel, time) => Math.sin((time + 1) * (0.1 + 0.01 * channel) + row) } = options;
  const count = layout.length;
  const subject = Uint32Array.from(layout, (_, row) => Math.floor(row / 4));
  return {
    name,
    sfreq,
    nTimes,
    layouts: layouts.map((names, l) => ({
      id: `layout${l}`,
      channels: names.map((n) => ({ name: n, ...placeOf(n)! })),
    })),
    tasks: { half: { kind: "binary", title: "first half or second", classes: ["first", "second"] } },
    subjects: Array.from({ length: Math.ceil(count / 4) }, (_, s) => `s${s}`),
    recordings: ["r"],
    windows: {
      count,
      layout: Uint16Array.from(layout),
      subject,
      recording: new Uint32Array(count),
      onset: Float64Array.from(layout, (_, row) => row),
      quality: new Float32Array(count).fill(1),
      labels: new Map([["half", Float32Array.from(layout, (_, row) => Number(row >= count / 2))]]),
    },
    officialSplit: new Map(),
    fingerprint: `fake-${name}-${count}`,
    async read(rows) {
      const list = Array.from(rows);
      await onRead(list);
      const nChans = layouts[layout[list[0]]].length;
      const at = (i: number): [number, number, number] => [
        list[Math.floor(i / (nChans * nTimes))],
        Math.floor(i / nTimes) % nChans,
        i % nTimes,
      ];
      return Float32Array.from({ length: list.length * nChans * nTimes }, (_, i) => sample(...at(i)));
    },
    async close() {},
  };
}

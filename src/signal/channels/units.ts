import type { Sensor } from "../sensors.ts";

/** What the unit of a channel says about the kind of its signal. */
export type UnitFamily =
  | "voltage"
  | "unknown"
  | "percent"
  | "pressure"
  | "temp"
  | "rate"
  | "flow"
  | "eda"
  | "acc"
  | "time";

/** Power of ten of each spelling of a voltage, in volts. Upper case "MV" is a millivolt: no body makes megavolts. */
const VOLTS: ReadonlyMap<string, number> = new Map([
  ...["v", "volt", "volts"].map((unit): [string, number] => [unit, 0]),
  ...["mv", "millivolt", "millivolts"].map((unit): [string, number] => [unit, -3]),
  ...["uv", "μv", "microvolt", "microvolts", "micro-v", "microv"].map((unit): [string, number] => [unit, -6]),
  ...["nv", "nanovolt", "nanovolts"].map((unit): [string, number] => [unit, -9]),
]);

const FAMILIES: readonly (readonly [UnitFamily, RegExp])[] = [
  ["percent", /^%|^percent$/],
  ["pressure", /^(mm ?hg|cm ?h2o|h?pa|kpa|mbar|bar)$/],
  ["temp", /^(deg ?[cfk]?|°[cfk]?|degree.*|celsius|fahrenheit)$/],
  ["rate", /^(bpm|b\/min|1\/min|beats\/min|beats per minute|breaths\/min|hz)$/],
  ["flow", /^(l\/min|l\/s|ml\/s|lpm|ml|l)$/],
  ["eda", /^([μu]s|[μu]siemens|microsiemens|k?ohms?|k?ω)$/],
  ["acc", /^(m?g|m\/s\^?2|m\/s\/s|(deg|°|rad)\/s|[μu]t|gauss)$/],
  ["time", /^(s|ms|sec|second|seconds|milliseconds)$/],
];

/** Lower case, one code point for "micro" (U+00B5 becomes U+03BC), no brackets. */
const spelled = (unit: string): string =>
  unit
    .normalize("NFKC")
    .trim()
    .toLowerCase()
    .replace(/[[\]()]/g, "");

/** Whether a unit is a voltage, nothing known ("", "NU", "a.u.", "adu"), or something no EEG, ECG or PPG has. */
export function unitFamily(unit: string): UnitFamily {
  const text = spelled(unit);
  if (VOLTS.has(text)) return "voltage";
  return FAMILIES.find(([, pattern]) => pattern.test(text))?.[0] ?? "unknown";
}

/** EEG is computed with in µV, ECG in mV. */
const TARGET = { eeg: { unit: "uV", power: -6 }, ecg: { unit: "mV", power: -3 } } as const;

export interface UnitConversion {
  readonly unit: string;
  /** Factor from the file's unit to `unit`. */
  readonly scale: number;
}

/** Bring a voltage to the sensor's unit; PPG and unknown units stay as they are and are called "a.u.". */
export function convertUnit(unit: string, sensor: Sensor): UnitConversion {
  const power = VOLTS.get(spelled(unit));
  if (sensor === "ppg" || power === undefined) return { unit: "a.u.", scale: 1 };
  const exponent = power - TARGET[sensor].power;
  return { unit: TARGET[sensor].unit, scale: exponent < 0 ? 1 / 10 ** -exponent : 10 ** exponent };
}

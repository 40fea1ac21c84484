import type { LabelKind, ParsedLabel } from "./parsedLabel.ts";
import { type UnitFamily, unitFamily } from "./units.ts";

type Rule = readonly [kind: LabelKind, word: RegExp, what: string];

/** Words after which a label means no waveform of an electrode or light, whatever else it says ("ECG HR", "PPG quality"). */
const DERIVED: readonly Rule[] = [
  ["annotation", /^ANNOTATIONS?$/, "annotations"],
  ["stim", /^(STI|STIM|TRIG|TRIGGER|MARKERS?|EVENTS?|PHOTIC|TTL|BUTTON|MK)\d*$/, "a trigger or event channel"],
  ["rate", /^(HR|HEARTRATE|RATE|RR|IBI|BPM|PR|PULSE|ST|QRS|PVC|PEAKS?|BEATS?)$/, "numbers derived from a signal"],
  ["resp", /^(RESP|RESPIRATION|RESPIRATORY|BREATH|BREATHING)\d*$/, "respiration"],
  ["quality", /^(QUALITY|RAWCQ|CQ|EQ|HSI|IMP|IMPEDANCE|LEADOFF|STATUS|BATTERY|ARTIFACTS?)$/, "a state of the recorder"],
  ["time", /^(TIME|TIMESTAMPS?|COUNTER|INDEX|SAMPLES?|PACKET|CLOCK|INTERPOLATED)$/, "a clock or counter"],
  ["light", /^(AMBIENT|LIGHT|LUX)$/, "ambient light"],
  ["temp", /^(TEMP|TEMPERATURE|TMP)\d*$/, "a temperature"],
];

/** Sensors that the model has no row for. */
const OTHER: readonly Rule[] = [
  ["eog", /^([HVLR]?EOG[HVLR]?|LOC|ROC|LUC|RUC|LLC|RLC|LIO|RIO)\d*$/, "an electrooculogram"],
  [
    "emg",
    /^(EMG|[LR]?CHIN|[LR]?LEG|[LR]AT|TIB|TIBIAL|SUBMENTAL|MASSETER|DELTOID|LUE|RUE|RAE|LAE)\d*$/,
    "muscle activity",
  ],
  [
    "resp",
    /^(THOR|THORAX|THORACIC|CHEST|ABD|ABDO|ABDOMEN|ABDOMINAL|EFFORT|FLOW|AIRFLOW|NAF|NASAL|CANNULA|PTAF|SNORE|CPAP|THERM|THERMISTOR|SUM)\d*$/,
    "respiration",
  ],
  ["spo2", /^(S[PA]O2\w*|SAT|OSAT|O2SAT|OXSTAT|OXSTATUS|OX)$/, "an oxygen saturation"],
  ["pressure", /^(ABP|ART|BP|NIBP|CVP|PAP|ICP|LAP|RAP|UAP|FINAPRES)\d*$/, "a pressure"],
  ["co2", /^((ET)?CO2|CAPNO\w*)$/, "carbon dioxide"],
  ["eda", /^(EDA|GSR|SCR|SCL)\d*$/, "skin conductance"],
  ["acc", /^(ACC|ACCEL|ACCELEROMETER|GYRO|GYR|GYROSCOPE|MAG|MAGNETOMETER|ACT|ACTIVITY|ACTIGRAPHY)[XYZ]?\d*$/, "motion"],
  ["position", /^(POS|POSITION|BODY)$/, "body position"],
  ["sound", /^(MIC|MICROPHONE|SOUND|AUDIO|PHONO|PCG)$/, "sound"],
  ["intracranial", /^([SI]EEG|ECOG)\d*$/, "an intracranial electrode, for which the model has no place"],
  ["meg", /^MEG\d*$/, "magnetoencephalography"],
  ["auxiliary", /^(DC|AUX|MISC|ANALOG|ADC|VNS|EGG|ERG)\d*$/, "an auxiliary input"],
];

const UNIT_KINDS: Partial<Record<UnitFamily, LabelKind>> = {
  pressure: "pressure",
  temp: "temp",
  rate: "rate",
  flow: "flow",
  eda: "eda",
  acc: "acc",
  time: "time",
};

/** A label that stands for numbers derived from a signal, for events or for the recorder's state. */
export const parseDerived = (words: readonly string[]): ParsedLabel | undefined => firstRule(DERIVED, words);

/** A label of a sensor that the model has no row for. */
export function parseOther(words: readonly string[]): ParsedLabel | undefined {
  const [first, second] = words;
  if (/^E[12]$/.test(first ?? "") && (second === undefined || !/^\d+$/.test(second))) {
    return { kind: "eog", reason: aside("an electrooculogram") };
  }
  return firstRule(OTHER, words);
}

/** A unit that no EEG, ECG or PPG has decides, whatever the label says: "P1" in mmHg is a pressure. */
export function parseByUnit(unit: string): ParsedLabel | undefined {
  const kind = UNIT_KINDS[unitFamily(unit)];
  return kind && { kind, reason: `Its unit ${unit} is that of no EEG, ECG or PPG` };
}

function firstRule(rules: readonly Rule[], words: readonly string[]): ParsedLabel | undefined {
  const rule = rules.find(([, pattern]) => words.some((word) => pattern.test(word)));
  return rule && { kind: rule[0], reason: aside(rule[2]) };
}

const aside = (what: string): string => `${what[0].toUpperCase()}${what.slice(1)}: not EEG, ECG or PPG`;

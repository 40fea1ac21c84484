const PRECORDIAL = ["V1", "V2", "V3", "V4", "V5", "V6"];

const TUEG20 = [
  ...["FP1-F7", "F7-T3", "T3-T5", "T5-O1", "FP2-F8", "F8-T4", "T4-T6", "T6-O2", "T3-C3", "C3-CZ"],
  ...["CZ-C4", "C4-T4", "FP1-F3", "F3-C3", "C3-P3", "P3-O1", "FP2-F4", "F4-C4", "C4-P4", "P4-O2"],
];

/** Channel orders of the authors' data sets. */
export const DATASET_CHANNELS = {
  siena: [
    ...["FP1", "FP2", "F3", "C3", "P3", "O1", "F7", "T3", "T5", "FC1", "FC5", "CP1", "CP5", "F9", "FZ"],
    ...["CZ", "PZ", "F4", "C4", "P4", "O2", "F8", "T4", "T6", "FC2", "FC6", "CP2", "CP6", "F10"],
  ],
  tueg20: TUEG20,
  tueg22: [...TUEG20, "A1-T3", "T4-A2"],
  mimicIv: ["I", "II", "III", "AVR", "AVF", "AVL", ...PRECORDIAL],
  code15: ["I", "II", "III", "AVR", "AVL", "AVF", ...PRECORDIAL],
  pulsedb: ["II", "PPG"],
  hmc: ["F4", "C4", "O2", "C3", "I"],
  seedVii: [
    ...["FP1", "FPZ", "FP2", "AF3", "AF4", "F7", "F5", "F3", "F1", "FZ", "F2", "F4", "F6", "F8", "FT7", "FC5"],
    ...["FC3", "FC1", "FCZ", "FC2", "FC4", "FC6", "FT8", "T7", "C5", "C3", "C1", "CZ", "C2", "C4", "C6", "T8"],
    ...["TP7", "CP5", "CP3", "CP1", "CPZ", "CP2", "CP4", "CP6", "TP8", "P7", "P5", "P3", "P1", "PZ", "P2", "P4"],
    ...["P6", "P8", "PO7", "PO5", "PO3", "POZ", "PO4", "PO6", "PO8", "CB1", "O1", "OZ", "O2", "CB2", "II"],
  ],
} as const satisfies Record<string, readonly string[]>;

/**
 * The 104 names that the published `channel_emb` knows; a name's place is its row.
 * It is the ASCII-sorted union of the data sets' names and of "ECG", which has no location.
 */
export const CHANNEL_NAMES: readonly string[] = [...new Set([...Object.values(DATASET_CHANNELS).flat(), "ECG"])].sort(
  (a, b) => (a < b ? -1 : 1),
);

const ROWS: ReadonlyMap<string, number> = new Map(CHANNEL_NAMES.map((name, row) => [name, row]));

/** Row of `channel_emb` for a canonical name; −1 where the name is not one of the 104. */
export const channelIndex = (name: string): number => ROWS.get(name) ?? -1;

import { type RandomStream, randomStream } from "../../model/index.ts";
import type { ChannelSpec } from "../../store/index.ts";
import type { DrawKey } from "./keptChannels.ts";

/** Places of a small EEG, by name: at each the first that there is. */
type Places = readonly (readonly string[])[];

/** A consumer headband: two frontal electrodes and two behind or above the ears. */
const HEADBAND: Places = [
  ["AF7", "FP1", "F7"],
  ["AF8", "FP2", "F8"],
  ["TP9", "TP7", "T7", "T3", "P7", "T5"],
  ["TP10", "TP8", "T8", "T4", "P8", "T6"],
];

/** The eight electrodes of small open amplifiers. */
const EIGHT: Places = [
  ...[["FP1"], ["FP2"], ["C3"], ["C4"]],
  ...[
    ["P7", "T5", "P3"],
    ["P8", "T6", "P4"],
  ],
  ...[["O1"], ["O2"]],
];

const LIMB_LEADS: ReadonlySet<string> = new Set(["I", "II", "III", "AVR", "AVL", "AVF"]);

/**
 * With its chance, for EEG and ECG each, keep the channels of a smaller set-up that is drawn from those that the channels allow. EEG: a headband of four
 * electrodes, eight electrodes, or any 1 to n − 1 of the n channels. ECG: one lead, or the limb leads. Other sensors stay.
 * @param kept indices into `channels`
 * @returns some of `kept`, at least one of each sensor, in their order
 */
export function smallerMontage(
  channels: readonly ChannelSpec[],
  kept: readonly number[],
  chance: number,
  { seed, step, place }: DrawKey,
): readonly number[] {
  if (chance === 0) return kept;
  const lost = (["eeg", "ecg"] as const).flatMap((sensor) => {
    const own = kept.filter((c) => channels[c].sensor === sensor);
    const stream = randomStream(seed, `montage/${sensor}/${step}/${place}`);
    const [whether, which] = stream.uniform(0, FIRST_WORD);
    if (own.length < 2 || whether >= chance) return [];
    const setups = SETUPS[sensor](own, channels, stream).filter(({ length }) => length > 0 && length < own.length);
    const chosen = setups[Math.floor(which * setups.length)];
    return own.filter((c) => !chosen.includes(c));
  });
  return kept.filter((c) => !lost.includes(c));
}

/** The words before it say whether and which; those from here on which channels. */
const FIRST_WORD = 2;

type Setups = (own: readonly number[], channels: readonly ChannelSpec[], stream: RandomStream) => readonly number[][];

/** What a sensor can be reduced to; those of all channels or none are no choice. */
const SETUPS: Readonly<Record<"eeg" | "ecg", Setups>> = {
  eeg: (own, channels, stream) => [
    electrodesAt(HEADBAND, own, channels),
    electrodesAt(EIGHT, own, channels),
    someOf(own, stream),
  ],
  ecg: (own, channels, stream) => [
    [own[Math.floor(stream.uniform(FIRST_WORD, 1)[0] * own.length)]],
    own.filter((c) => LIMB_LEADS.has(channels[c].name)),
  ],
};

/** The electrodes of a small EEG; none where a place is empty. */
function electrodesAt(places: Places, own: readonly number[], channels: readonly ChannelSpec[]): number[] {
  const found = places.map((names) => {
    const name = names.find((each) => own.some((c) => channels[c].name === each));
    return own.find((c) => channels[c].name === name);
  });
  return found.every((c) => c !== undefined) ? found : [];
}

/** k of n channels, k from 1 to n − 1 equally often, every choice of k too. */
function someOf(own: readonly number[], stream: RandomStream): number[] {
  const [size, ...draws] = stream.uniform(FIRST_WORD, 1 + own.length);
  const count = 1 + Math.floor(size * (own.length - 1));
  const order = own.map((_, i) => i).sort((a, b) => draws[a] - draws[b] || a - b);
  return order.slice(0, count).map((i) => own[i]);
}

import { type StepKey, windowStream } from "./windowStream.ts";

/** Which patches are hidden while pretraining. */
export interface MaskOptions {
  /**
   * "patch": single patches anywhere (the paper). "time-block": stretches of time, hidden in all channels together, so that no channel can be
   * copied from its neighbours. "channel-block": stretches of time of each channel on its own.
   */
  readonly kind: "patch" | "time-block" | "channel-block";
  /** Share of the patches that is hidden, in [0, 1); 0.5 in the paper. */
  readonly ratio: number;
  /** Patches of a stretch, blocks only. Stretches may touch; one of them is shorter where the count asks for it. */
  readonly span?: number;
}

/** The masks of the paper. */
export const PAPER_MASKS: MaskOptions = { kind: "patch", ratio: 0.5 };

/**
 * Hidden patches of each window of a (micro-)batch, drawn for each window on its own. Exactly `maskedCount(ratio, C·S)` of a window are
 * hidden, for "time-block" `C · maskedCount(ratio, S)`; every choice of that many (or every arrangement of stretches) is equally likely.
 * @param indices places of the windows in the batch of all ranks
 * @returns (windows, C, S) bool
 */
export function patchMasks(
  key: StepKey,
  indices: ArrayLike<number>,
  channels: number,
  patches: number,
  options: MaskOptions = PAPER_MASKS,
): Uint8Array {
  const size = channels * patches;
  const masks = new Uint8Array(indices.length * size);
  for (let w = 0; w < indices.length; w++) {
    const words = windowStream(key, "mask", indices[w]).words(0, wordsPerWindow(channels, patches));
    DRAW[options.kind](masks.subarray(w * size, (w + 1) * size), channels, patches, options, words);
  }
  return masks;
}

/** ⌊ratio · n⌋: where the share is no whole number, the visible part gets the rest. Shares such as 0.29 of 100 are not spoilt by binary fractions. */
export const maskedCount = (ratio: number, n: number): number => Math.floor(ratio * n + 1e-9);

type Draw = (mask: Uint8Array, channels: number, patches: number, options: MaskOptions, words: Uint32Array) => void;

/** Each kind fills the zeroed mask of one window, (C, S). */
const DRAW: Readonly<Record<MaskOptions["kind"], Draw>> = {
  patch(mask, _channels, _patches, { ratio }, words) {
    choose(mask, maskedCount(ratio, mask.length), words);
  },
  "time-block"(mask, channels, patches, { ratio, span = 1 }, words) {
    const row = mask.subarray(0, patches);
    chooseStretches(row, maskedCount(ratio, patches), span, words);
    for (let c = 1; c < channels; c++) mask.set(row, c * patches);
  },
  "channel-block"(mask, channels, patches, { ratio, span = 1 }, words) {
    const total = maskedCount(ratio, mask.length);
    const each = Math.floor(total / channels);
    const oneMore = new Uint8Array(channels); // total − C·each channels hide one patch more
    choose(oneMore, total - channels * each, words);
    for (let c = 0; c < channels; c++) {
      const row = mask.subarray(c * patches, (c + 1) * patches);
      chooseStretches(row, each + oneMore[c], span, words.subarray(channels + c * (patches + 1)));
    }
  },
};

/** One word per patch, and for each channel one whether it hides one more and one for the place of its short stretch. */
const wordsPerWindow = (channels: number, patches: number): number => channels * (patches + 2);

/**
 * Mark exactly `count` of the places, every choice equally likely: place i is taken with the chance (left to take) / (places left).
 * Takes one word per place.
 * @see Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S
 */
function choose(places: Uint8Array, count: number, words: Uint32Array): void {
  let left = count;
  for (let i = 0; i < places.length && left > 0; i++) {
    if ((words[i] * (places.length - i)) / 2 ** 32 >= left) continue;
    places[i] = 1;
    left--;
  }
}

/**
 * Mark `count` patches of a row as stretches of `span`, the last few as one shorter stretch at a random rank among them. A row is a sequence of
 * stretches and visible patches; each order of them is equally likely. Takes at most one word per patch and one more.
 */
function chooseStretches(row: Uint8Array, count: number, span: number, words: Uint32Array): void {
  const stretches = Math.ceil(count / span);
  const items = new Uint8Array(stretches + row.length - count);
  choose(items, stretches, words.subarray(1));
  const short = Math.floor((words[0] * stretches) / 2 ** 32);
  let [at, rank] = [0, 0];
  for (const isStretch of items) {
    if (isStretch === 0) at++;
    else {
      const length = rank++ === short ? count - (stretches - 1) * span : span;
      row.fill(1, at, at + length);
      at += length;
    }
  }
}

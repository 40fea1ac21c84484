import { UsageError } from "../../errors.ts";
import type { PanlunaSizes } from "../../model/index.ts";
import type { WindowStore } from "../../store/index.ts";
import type { PretrainConfig } from "../config/index.ts";
import { channelsOf } from "../loader/keptChannels.ts";
import { type MaskOptions, maskedCount } from "../masking.ts";
import { type Corpus, corpusNames, selectRows, splitStores } from "../sampling/index.ts";
import { splitRule } from "../trainer/splitRule.ts";

/** Windows of every corpus, in the order of the configuration. */
export interface DividedCorpora {
  readonly train: readonly Corpus[];
  /** May be without windows. */
  readonly val: readonly Corpus[];
}

/**
 * Windows to train on and to validate on, by corpus.
 * @param stores one per corpus of the configuration
 * @param splitText text of the file of `split`, where it names one
 */
export function divideCorpora(
  config: PretrainConfig,
  stores: readonly WindowStore[],
  splitText: string | undefined,
): DividedCorpora {
  const splits = splitStores(stores, splitRule(config.split, splitText));
  const names = corpusNames(stores);
  const corpora = (part: "train" | "val") =>
    stores.map((store, i): Corpus => {
      const { weight, sensors } = config.corpora[i];
      const rows = selectRows(store, { subjects: splits[i][part], sensors, minQuality: config.minQuality });
      return { name: names[i], weight, layout: store.windows.layout, rows };
    });
  return { train: corpora("train"), val: corpora("val") };
}

/** @throws UsageError for windows that are no whole number of patches */
export function checkPatches(stores: readonly WindowStore[], { patchSize }: Pick<PanlunaSizes, "patchSize">): void {
  const odd = stores.find(({ nTimes }) => nTimes % patchSize !== 0);
  if (odd === undefined) return;
  throw new UsageError({
    where: odd.name,
    what: "its windows do not divide into patches",
    expected: `a multiple of ${patchSize} samples (${patchSize / odd.sfreq} s)`,
    got: `${odd.nTimes} samples`,
    todo: "Prepare it with another --window, or choose another sizes.patchSize",
  });
}

/**
 * @param train by store
 * @throws UsageError where the share of hidden patches is less than one patch of a window: there is nothing to fill in
 */
export function checkMasks(
  config: Pick<PretrainConfig, "corpora" | "channelDropout" | "modalityDropout" | "augment">,
  stores: readonly WindowStore[],
  train: readonly Corpus[],
  { masks: { kind, ratio }, patchSize }: { readonly masks: MaskOptions; readonly patchSize: number },
): void {
  stores.forEach(({ name, nTimes, layouts }, i) => {
    const used = [...new Set(Array.from(train[i].rows, (row) => train[i].layout[row]))];
    const stored = Math.min(...used.map((l) => channelsOf(layouts[l], config.corpora[i].sensors).length));
    const channels = losesChannels(config) ? 1 : stored;
    const patches = (kind === "time-block" ? 1 : channels) * (nTimes / patchSize);
    if (maskedCount(ratio, patches) > 0) return;
    throw new UsageError({
      where: "masking.ratio",
      what: `hides nothing in windows of ${name}`,
      expected: `at least 1 of ${patches} patches`,
      got: `${ratio} of them`,
    });
  });
}

/** Whether a micro-batch may have fewer channels than its windows, down to one. */
const losesChannels = ({ channelDropout, modalityDropout, augment }: Parameters<typeof checkMasks>[0]): boolean =>
  [channelDropout, modalityDropout, augment.reference, augment.montage].some((chance) => chance > 0);

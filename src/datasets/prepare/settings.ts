import { UsageError } from "../../errors.ts";
import { PUBLISHED } from "../../model/sizes.ts";
import { BANDS, MAINS, MISSING_SHARE, MODEL_SFREQ, type Sensor, UNUSABLE } from "../../signal/index.ts";
import type { SampleType, StoreMeta } from "../../store/index.ts";
import type { Recipe } from "../recipe.ts";

/** How the recordings of a dataset become windows: plain data, the same on every thread and rank. */
export interface PrepareSettings {
  readonly windowSeconds: number;
  /** Seconds from window to window. */
  readonly hopSeconds: number;
  /** The sensors to take; all if not given. */
  readonly sensors?: readonly Sensor[];
  readonly samples: SampleType;
  /** Windows of less quality (share of usable channels) are left out, 0 to 1. */
  readonly qualityMin: number;
}

/** Half of the channels: with fewer, a window says more of its electrodes than of the person. */
const QUALITY_MIN = 0.5;

/**
 * The settings asked for, the rest from the recipe.
 * @throws UsageError for windows that are not whole patches of the model, and values out of range
 */
export function planSettings(recipe: Recipe, asked: Partial<PrepareSettings> = {}): PrepareSettings {
  const windowSeconds = asked.windowSeconds ?? recipe.windowSeconds;
  const ownHop = asked.windowSeconds === undefined ? recipe.hopSeconds : windowSeconds;
  const hopSeconds = asked.hopSeconds ?? ownHop;
  const qualityMin = asked.qualityMin ?? QUALITY_MIN;
  const patches = (windowSeconds * MODEL_SFREQ) / PUBLISHED.patchSize;
  const patchSeconds = PUBLISHED.patchSize / MODEL_SFREQ;
  if (!(patches > 0 && Number.isInteger(patches))) {
    throw outOfRange("window", `a multiple of ${patchSeconds} s, the patch of the model`, windowSeconds);
  }
  if (!(hopSeconds * MODEL_SFREQ >= 1 && Number.isFinite(hopSeconds))) {
    throw outOfRange("hop", "at least one sample", hopSeconds);
  }
  if (!(qualityMin >= 0 && qualityMin <= 1)) throw outOfRange("quality-min", "0 to 1", qualityMin);
  const { sensors, samples = "int16" } = asked;
  return { windowSeconds, hopSeconds, samples, qualityMin, ...(sensors === undefined ? {} : { sensors }) };
}

function outOfRange(option: string, expected: string, got: number): UsageError {
  return new UsageError({ where: `option ${option}`, what: "out of range", expected, got: String(got) });
}

/**
 * What stands in the attributes of the store. Whatever changes a window or its labels is in it, so that a run with other settings is
 * refused instead of mixed in.
 * @param version of this program
 * @param source what the recipe was told beside the folder: the digest of a table, the expression for subjects
 */
export function storeMeta(
  recipe: Recipe,
  settings: PrepareSettings,
  version: string,
  source: Readonly<Record<string, string>> = {},
): StoreMeta {
  const { windowSeconds, hopSeconds, sensors, samples, qualityMin } = settings;
  const { name, title, licence, source: published, tasks } = recipe;
  return {
    name,
    title,
    licence,
    source: published,
    sfreq: MODEL_SFREQ,
    windowSeconds,
    tasks,
    samples,
    chain: {
      version,
      steps: [
        "channels derived and scaled by the contract in the part's provenance: EEG in uV, ECG in mV where the unit is known",
        "missing samples become 0",
        "Butterworth band-pass of order 4, forward and backward",
        "notches with Q 30, forward and backward",
        "polyphase resampling, Kaiser window 5.0; before the filters where the recording is slower (see provenance)",
        "recordings that come filtered skip the filters (see provenance)",
        "windows cut; not z-scored",
      ],
      bands: BANDS,
      notches: MAINS,
      sfreq: MODEL_SFREQ,
      hopSeconds,
      sensors: sensors === undefined ? "all" : [...sensors].sort(),
      unusable: { flags: UNUSABLE, missingShare: MISSING_SHARE },
      qualityMin,
      ...(Object.keys(source).length === 0 ? {} : { recipe: source }),
    },
  };
}

export { type Band, ECG_BANDS, EEG_BANDS, logBandPowers } from "./bandPowers.ts";
export { ECG_RATE, type FeatureTable, joinFeatures, PPG_RATE, windowFeatures } from "./features.ts";
export { type HeartRhythm, heartRhythm } from "./heartRhythm.ts";
export type { LabelledFeatures, LabelledWindow } from "./labelled.ts";
export { type LinearBaseline, type LinearBaselineOptions, linearBaseline } from "./linearBaseline.ts";
export { priorBaseline } from "./priorBaseline.ts";
export { type PulseRate, pulseRate } from "./pulseRate.ts";
export { rateBaseline } from "./rateBaseline.ts";
export { rPeaks } from "./rPeaks.ts";

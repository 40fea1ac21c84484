export { BLOCK_SECONDS, ChannelChain, type StreamOptions, streamChain } from "./blockChain.ts";
export { type ButterworthShape, butterworth } from "./butterworth.ts";
export {
  applyChain,
  BANDS,
  type ChainOptions,
  type ChainPlan,
  type ChainReport,
  MAINS,
  MODEL_SFREQ,
  planChain,
} from "./chain.ts";
export { CHANNEL_NAMES, channelIndex, DATASET_CHANNELS } from "./channels/channelNames.ts";
export { type ChannelRows, channelRows } from "./channels/channelRows.ts";
export type { ContractOptions, MontageName } from "./channels/contractOptions.ts";
export { describeContract } from "./channels/describeContract.ts";
export { ELECTRODES, type Position } from "./channels/electrodes.ts";
export { type LabelContext, parseLabel } from "./channels/labels.ts";
export { ECG_LEADS, type Placed, PPG_NAME, placeOf } from "./channels/locations.ts";
export { type ModelChannels, modelChannels, type PlacedChannel } from "./channels/modelChannels.ts";
export { nearElectrodes } from "./channels/nearNames.ts";
export type { LabelKind, ParsedLabel } from "./channels/parsedLabel.ts";
export { planContract } from "./channels/planContract.ts";
export { convertUnit, type UnitConversion, type UnitFamily, unitFamily } from "./channels/units.ts";
export type { Contract, ContractNote, UsedChannel } from "./contract.ts";
export { faultOf, MISSING_SHARE, UNUSABLE } from "./faults.ts";
export { filtfilt, sosfiltfilt } from "./filtfilt.ts";
export { firwin } from "./firwin.ts";
export { type NonFinite, NonFiniteCleaner } from "./nonFinite.ts";
export { iirnotch } from "./notch.ts";
export { planQuality, type QualityFlag, type QualityMeter, type QualityRow } from "./quality.ts";
export { type RateRatio, rateRatio } from "./rate.ts";
export {
  type Annotation,
  type ArrayChannel,
  type ArrayRecordingOptions,
  type Channel,
  durationOf,
  type Identity,
  type ReadRequest,
  type Recording,
  type ResolvedRead,
  recordingFromArrays,
  resolveRead,
  type Segment,
  sampleRange,
} from "./recording.ts";
export { resamplePoly } from "./resample.ts";
export { SENSORS, type Sensor, sensorRow } from "./sensors.ts";
export type { Section, Sos } from "./sos.ts";
export { sosfilt } from "./sosfilt.ts";
export { bandPower, type Spectrum, type WelchOptions, welch } from "./spectrum.ts";
export {
  type ChannelReport,
  planRecordingWindows,
  type WindowBatch,
  type WindowBatchOptions,
  windowBatches,
} from "./windowBatches.ts";
export {
  type Alignment,
  planWindows,
  type WindowList,
  type WindowOptions,
  type WindowPlan,
  type WindowSegment,
} from "./windows.ts";
export { zscore } from "./zscore.ts";

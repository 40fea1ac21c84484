export { Calibration } from "./calibration.ts";
export { type ChannelEdge, channelEdges } from "./channelEdges.ts";
export { ChannelStatistics } from "./channelStatistics.ts";
export { type BitStep, bitsAfter, type LayerCost, orderSteps } from "./chooseBits.ts";
export type { RangeRule } from "./clippingRange.ts";
export { equalizeChannels } from "./equalizeChannels.ts";
export { STRAIGHT_THROUGH } from "./fakeQuantize.ts";
export { copyRounded, insertRounding, QDQ, type Rounding } from "./insertRounding.ts";
export type { Layer, LayerKind } from "./layer.ts";
export { type LayeredNetwork, layeredNetwork } from "./network.ts";
export { NoiseMeter } from "./noiseMeter.ts";
export { type ReadNetwork, readQuantized, type StoredNetwork, writeQuantized } from "./quantizedFile.ts";
export type { QuantizedTensor, QuantizedTensors } from "./quantizedTensors.ts";
export {
  dequantizeWeight,
  levelsOf,
  type QuantizedWeight,
  quantizeWeight,
  roundWeight,
  type WeightBits,
  type WeightScales,
} from "./quantizeWeight.ts";
export { hasWeights, quantizeWeights, roundWeights } from "./quantizeWeights.ts";
export type { Precision } from "./readAs.ts";
export { ownNames, roundEachAlone, roundOneLayer } from "./roundLayers.ts";
export { INPUT_SCALE, PHASE_SCALE, type QuantizationScheme, type RoundingScheme, type TensorScales } from "./scheme.ts";
export { readScheme, SCHEME_KEY, SCHEME_PREFIX, schemeTensors, schemeText } from "./schemeFile.ts";

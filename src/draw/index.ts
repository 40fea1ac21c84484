export { type AttentionPicture, attentionSvg } from "./attention.ts";
export type { BadStretch } from "./badStretches.ts";
export { type PictureOptions, pictureOfRecording } from "./fromRecording.ts";
export { type PredictionData, type PredictionView, predictionSvg } from "./prediction.ts";
export { type ReconstructionData, type ReconstructionView, reconstructionSvg } from "./reconstruction.ts";
export { type RecordingPicture, recordingSvg } from "./recording.ts";
export type { DrawnChannel } from "./rows.ts";
export { type StripChartOptions, stripChart, type TerminalColor } from "./stripChart.ts";
export type { Hue, Theme } from "./theme.ts";

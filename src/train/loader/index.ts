export type { LoadedBatch, LoadedMicroBatch, Loader } from "./loader.ts";
export type { Augment, ChannelDropout, Crop, LoaderOptions } from "./options.ts";

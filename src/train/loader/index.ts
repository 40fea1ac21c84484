export type { JobReader, Processing, ReadJob } from "./job.ts";
export type { LoadedBatch, LoadedMicroBatch, Loader } from "./loader.ts";
export { openLoader } from "./openLoader.ts";
export type { Augment, ChannelDropout, Crop, LoaderOptions } from "./options.ts";

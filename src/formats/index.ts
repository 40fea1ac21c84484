// Browser-safe: readers and writers work on bytes and sources; files and URLs are opened by node.ts and web.ts.

export { memoryArray, type NamedArray } from "./arrays/namedArray.ts";
export { type NamedArrays, recordingFromNamedArrays } from "./arrays/recording.ts";
export { type EdfWriteOptions, type EdfWriteReport, writeEdf } from "./edf/write.ts";
export { type FileFormat, HEAD_BYTES, type OpenOptions } from "./fileFormat.ts";
export { type OpenedHdf5, openHdf5 } from "./hdf5/hdf5.ts";
export { type MatFile, type MatValue, readMat } from "./mat/mat.ts";
export { type NpyArray, readNpy, writeNpy } from "./npy/npy.ts";
export { type Npz, readNpz } from "./npy/npz.ts";
export { openSource, recogniseFormat } from "./open.ts";
export { FORMATS } from "./registry.ts";
export {
  type OpenedSafetensors,
  openSafetensors,
  readSafetensors,
  type Safetensors,
  type Tensor,
  toFloat32,
  writeSafetensors,
} from "./safetensors/safetensors.ts";
export { blobSource } from "./source/blob.ts";
export { type ByteSource, memorySource } from "./source/byteSource.ts";
export { urlSource } from "./source/url.ts";

import { csvFormat } from "./csv/csv.ts";
import { edfFormat } from "./edf/edf.ts";
import type { FileFormat } from "./fileFormat.ts";
import { hdf5Format } from "./hdf5/hdf5.ts";
import { matFormat } from "./mat/mat.ts";
import { npyFormat } from "./npy/npy.ts";
import { npzFormat } from "./npy/npz.ts";
import { safetensorsFormat } from "./safetensors/format.ts";
import { wfdbFormat } from "./wfdb/wfdb.ts";

/** Every format that `open` knows; those with a signature first, texts last. */
export const FORMATS: readonly FileFormat[] = [
  edfFormat,
  matFormat,
  hdf5Format,
  npyFormat,
  npzFormat,
  safetensorsFormat,
  wfdbFormat,
  csvFormat,
];

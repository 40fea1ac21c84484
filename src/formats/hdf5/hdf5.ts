import { recordingFromNamedArrays } from "../arrays/recording.ts";
import type { FileFormat } from "../fileFormat.ts";
import type { ByteSource } from "../source/byteSource.ts";
import { type Hdf5Contents, listHdf5 } from "./contents.ts";
import { type Hdf5File, openHdf5File } from "./library.ts";
import { isSmall, textsOf } from "./texts.ts";

/** Offsets at which the signature may stand within the bytes that `recognise` sees. */
const OFFSETS = [0, 512, 1024, 2048] as const;
const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]; // \x89HDF\r\n\x1a\n
const MATLAB_TEXT = "MATLAB 7.3 MAT-file";

/** An HDF5 file with its numeric datasets; `close` frees the library's memory and closes the source. */
export interface OpenedHdf5 extends Hdf5Contents {
  /** Whether it is a MAT v7.3 file; shapes and reads then follow MATLAB's axes. */
  readonly matlab: boolean;
  /** The texts of a dataset of at most 4096 strings; undefined where no such dataset stands at the path. */
  texts(path: string): readonly string[] | undefined;
  close(): Promise<void>;
}

/**
 * Open an HDF5 or MAT v7.3 file of at most 1 GiB and list its datasets; values are read on request, slice by slice.
 * @throws FormatError when it is too large, damaged or truncated
 */
export async function openHdf5(source: ByteSource): Promise<OpenedHdf5> {
  const head = await source.read(0, Math.min(MATLAB_TEXT.length, source.size));
  const matlab = new TextDecoder("latin1").decode(head) === MATLAB_TEXT;
  const file = await openHdf5File(source);
  try {
    const contents = listHdf5(file, matlab);
    return {
      ...contents,
      matlab,
      texts: (path) => file.guard(`cannot read ${path}`, () => textsAt(file, path)),
      async close() {
        file.close();
        await source.close();
      },
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function textsAt(file: Hdf5File, path: string): string[] | undefined {
  const object = file.get(path);
  if (object === undefined || !file.isDataset(object) || !isSmall(object.metadata)) return undefined;
  return textsOf(file, object);
}

/** HDF5 and MAT v7.3. */
export const hdf5Format: FileFormat = {
  name: "HDF5",
  extensions: [".h5", ".hdf5", ".hdf", ".mat"],
  recognise: (head) => OFFSETS.some((offset) => SIGNATURE.every((byte, i) => head[offset + i] === byte)),
  async open(source, options) {
    const { arrays, facts, warnings, matlab, close } = await openHdf5(source);
    const format = matlab ? "MAT v7.3" : "HDF5";
    try {
      return recordingFromNamedArrays({ name: source.name, format, arrays, facts, warnings, close }, options);
    } catch (error) {
      await close();
      throw error;
    }
  },
};

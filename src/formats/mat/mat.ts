import { FormatError } from "../../errors.ts";
import { recordingFromNamedArrays } from "../arrays/recording.ts";
import type { FileFormat } from "../fileFormat.ts";
import { collectMat } from "./collect.ts";
import { isMat4, readMat4 } from "./mat4.ts";
import { mat5Endian, readMat5 } from "./mat5.ts";
import type { MatFile } from "./value.ts";

export type { MatCell, MatChar, MatFile, MatNumeric, MatSkipped, MatStruct, MatValue } from "./value.ts";

/** Largest MAT file read, bytes: it is taken into memory whole, which its compressed variables demand. */
const FILE_LIMIT = 2 ** 31;

/** MATLAB's own files begin with a text; a truncated one still says what it is. */
const TEXT = "MATLAB 5.0 MAT-file";

/**
 * Read all variables of a MAT file, v4 or v5 (MATLAB's v6 and v7). Version 7.3 is HDF5: open it with `openHdf5`.
 * @throws FormatError when the file is none or nothing of it can be read
 */
export function readMat(bytes: Uint8Array, name: string): MatFile {
  if (mat5Endian(bytes) !== undefined) return readMat5(bytes, name);
  if (isMat4(bytes)) return readMat4(bytes, name);
  throw new FormatError({
    where: name,
    what: "is not a readable MAT file",
    expected: "a version mark 0x0100 with IM or MI at byte 124 (v5), or a v4 header",
    got: bytes.length < 128 ? `${bytes.length} bytes` : `bytes ${bytes.subarray(124, 128).join(", ")}`,
    todo: "The file is truncated or damaged; save it again from MATLAB or SciPy",
  });
}

/** MAT v4 and v5: a numeric variable, struct field or cell becomes the recording. */
export const matFormat: FileFormat = {
  name: "MAT",
  extensions: [".mat", ".set"],
  recognise(head) {
    if (mat5Endian(head) !== undefined || isMat4(head)) return true;
    return head.length < 128 && new TextDecoder("latin1").decode(head).startsWith(TEXT);
  },
  async open(source, options) {
    const { name, size } = source;
    if (size > FILE_LIMIT) {
      throw new FormatError({
        where: name,
        what: "is too large to take into memory",
        expected: `at most ${FILE_LIMIT} bytes`,
        got: `${size} bytes`,
        todo: "Save it as v7.3 (HDF5) or store the signal as an NPY file",
      });
    }
    const file = readMat(await source.read(0, size), name);
    const { arrays, facts, notes } = collectMat(file);
    const warnings = [...file.warnings, ...notes];
    const format = `MAT ${file.version}`;
    return recordingFromNamedArrays({ name, format, arrays, facts, warnings, close: () => source.close() }, options);
  },
};

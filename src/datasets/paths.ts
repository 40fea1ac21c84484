import { FormatError } from "../errors.ts";

/** The name of a file without its folders. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/**
 * The path of a file that a dataset has once, in its folder or below it.
 * @throws FormatError where there is none
 */
export function findFile(recipe: string, files: readonly string[], name: string): string {
  const path = files.find((file) => file === name || file.endsWith(`/${name}`));
  if (path !== undefined) return path;
  throw noRecording(recipe, files, name);
}

/** The error for a folder that holds nothing of a dataset. */
export const noRecording = (recipe: string, files: readonly string[], expected: string): FormatError =>
  new FormatError({
    where: recipe,
    what: "no recording of this dataset in the folder",
    expected,
    got: files.length === 0 ? "an empty folder" : files.slice(0, 5).map(fileName).join(", "),
    todo: "Name the folder that holds the dataset's files",
  });

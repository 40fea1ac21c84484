import type { ReadShippedFile } from "./shipped.ts";
import { SHIPPED_URLS } from "./urls.ts";

/** Fetches what the bundler, or the server of the package, has put beside the code. */
export const readShippedFile: ReadShippedFile = async (file) => {
  const url = SHIPPED_URLS.get(file);
  if (url === undefined) throw new Error("not in the list of the package's files");
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

/**
 * Files of `weights/` by name; weights/make.ts writes this list. Bundlers find a file by its literal URL, and put it beside the code.
 */
export const SHIPPED_URLS: ReadonlyMap<string, URL> = new Map([
  ["manifest.json", new URL("../../weights/manifest.json", import.meta.url)],
  ["encoder.safetensors", new URL("../../weights/encoder.safetensors", import.meta.url)],
]);

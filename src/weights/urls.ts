/**
 * Files of `weights/` by name; weights/make.ts writes this list. Bundlers find a file by its literal URL, and put it beside the code.
 */
export const SHIPPED_URLS: ReadonlyMap<string, URL> = new Map([
  ["manifest.json", new URL("../../weights/manifest.json", import.meta.url)],
  ["encoder.safetensors", new URL("../../weights/encoder.safetensors", import.meta.url)],
  ["adhd.safetensors", new URL("../../weights/adhd.safetensors", import.meta.url)],
  ["ecg-superclass.safetensors", new URL("../../weights/ecg-superclass.safetensors", import.meta.url)],
  ["heart-rate.safetensors", new URL("../../weights/heart-rate.safetensors", import.meta.url)],
  ["mental-workload.safetensors", new URL("../../weights/mental-workload.safetensors", import.meta.url)],
  ["wrist-stress.safetensors", new URL("../../weights/wrist-stress.safetensors", import.meta.url)],
]);

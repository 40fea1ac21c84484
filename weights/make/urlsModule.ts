/** Longest line of the project's code. */
const WIDTH = 120;

/** The text of src/weights/urls.ts: a literal URL per file, as bundlers want them. */
export function urlsModule(names: readonly string[]): string {
  return `/**
 * Files of \`weights/\` by name; weights/make.ts writes this list. Bundlers find a file by its literal URL, and put it beside the code.
 */
export const SHIPPED_URLS: ReadonlyMap<string, URL> = new Map([
${names.map(entry).join("")}]);
`;
}

function entry(name: string): string {
  const url = `new URL("../../weights/${name}", import.meta.url)`;
  const line = `  ["${name}", ${url}],\n`;
  return line.length <= WIDTH + 1 ? line : `  [\n    "${name}",\n    ${url},\n  ],\n`;
}

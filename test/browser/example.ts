import type { BrowserContext } from "playwright-core";
import type { PageServer } from "./server.ts";

/** The example page of examples/browser, used as a person would use it. */
export async function runExample(
  _browser: BrowserContext,
  _server: PageServer,
  _demand: (ok: boolean, what: string) => void,
): Promise<unknown> {
  return {};
}

import { type CaseResult, loadCase, runCase } from "../../../src/conformance/index.ts";
import type { Provider } from "../../../src/runtime/session.ts";
import { probeWeb, type WebProbe, webEngine } from "../../../src/runtime/web.ts";
import { runTinyCase } from "../tinyCase.ts";
import { timeWindow, type WindowTime } from "../windowTime.ts";

/** What the test runner calls in the page. */
export interface BrowserTest {
  probe(): Promise<WebProbe>;
  tinyCase(provider: Provider): Promise<Record<string, number[]>>;
  /** @param folder URL of a case folder, ending in "/" */
  conformance(folder: string, provider: Provider): Promise<CaseResult>;
  time(provider: Provider, threads: number): Promise<WindowTime>;
}

const browserTest: BrowserTest = {
  probe: probeWeb,
  tinyCase: (provider) => runTinyCase(webEngine, provider),
  conformance: async (folder, provider) =>
    runCase(webEngine, await loadCase((name) => fetchFile(folder + name)), { provider, threads: 2 }),
  time: (provider, threads) => timeWindow(webEngine, provider, threads),
};

async function fetchFile(url: string): Promise<Uint8Array | undefined> {
  const response = await fetch(url);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
}

Object.assign(globalThis, { browserTest });

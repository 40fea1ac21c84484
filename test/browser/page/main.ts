import { type CaseResult, loadCase, runCase } from "../../../src/conformance/index.ts";
import type { Provider } from "../../../src/runtime/session.ts";
import { configureWeb, probeWeb, type WebProbe, webEngine } from "../../../src/runtime/web.ts";
import { open, PanLuna } from "../../../src/web.ts";
import { runTinyCase } from "../tinyCase.ts";
import { timeWindow, type WindowTime } from "../windowTime.ts";

/** What the test runner calls in the page. */
export interface BrowserTest {
  probe(): Promise<WebProbe>;
  tinyCase(provider: Provider): Promise<Record<string, number[]>>;
  /** @param folder URL of a case folder, ending in "/" */
  conformance(folder: string, provider: Provider): Promise<CaseResult>;
  /** Open the file behind a URL as a File that a person picked, and embed it with the untrained network of seed 0. */
  embed(url: string, provider: Provider): Promise<{ shape: readonly number[]; embeddings: number[] }>;
  /** Embed as `embed` does, with the weights that come with the package. */
  embedShipped(url: string): Promise<{ shape: readonly number[]; embeddings: number[]; trained: boolean }>;
  /** What the tasks that come with the package are trained to say. */
  shippedTitles(names: readonly string[]): Promise<(string | undefined)[]>;
  time(provider: Provider, threads: number): Promise<WindowTime>;
  /** Take the engine's files from `wasmPaths`; what starting it then says, "" if nothing. */
  startFrom(wasmPaths: string): Promise<string>;
}

const browserTest: BrowserTest = {
  probe: probeWeb,
  tinyCase: (provider) => runTinyCase(webEngine, provider),
  conformance: async (folder, provider) =>
    runCase(webEngine, await loadCase((name) => fetchFile(folder + name)), { provider, threads: 2 }),
  embed: (url, provider) => embed(url, PanLuna.untrained({ provider, threads: 2 })),
  embedShipped: async (url) => embed(url, await PanLuna.load(undefined, { threads: 2 })),
  shippedTitles: (names) => Promise.all(names.map(async (name) => (await PanLuna.load(name)).task?.spec.title)),
  time: (provider, threads) => timeWindow(webEngine, provider, threads),
  startFrom: async (wasmPaths) => {
    configureWeb({ wasmPaths });
    return runTinyCase(webEngine, "wasm").then(
      () => "",
      (error: Error) => `${error.name}: ${error.message}`,
    );
  },
};

async function embed(url: string, model: PanLuna) {
  const name = url.split("/").at(-1)!;
  const recording = await open(new File([await (await fetch(url)).blob()], name));
  const { shape, embeddings, trained } = await model.embed(recording);
  await model.close();
  return { shape, embeddings: [...embeddings], trained };
}

async function fetchFile(url: string): Promise<Uint8Array | undefined> {
  const response = await fetch(url);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
}

Object.assign(globalThis, { browserTest });

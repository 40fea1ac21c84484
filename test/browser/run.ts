/**
 * Run panluna in Chromium: `npm run test:browser`. Prints one JSON object; exit code 1 when something misses.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { build } from "vite";
import type { CaseResult } from "../../src/conformance/index.ts";
import { writeStateDict } from "../../src/model/stateDict.ts";
import { open, PanLuna } from "../../src/node.ts";
import { nodeEngine } from "../../src/runtime/node.ts";
import type { Provider } from "../../src/runtime/session.ts";
import type { WebProbe } from "../../src/runtime/web.ts";
import { readManifest } from "../../src/weights/manifest.ts";
import { findChromium, withBrowser } from "./chromium.ts";
import { runExample } from "./example.ts";
import type { BrowserTest } from "./page/main.ts";
import { sampleEdf } from "./sample.ts";
import { type PageServer, servePages } from "./server.ts";
import { runTinyCase } from "./tinyCase.ts";
import { timeWindow, type WindowTime } from "./windowTime.ts";

/** Largest difference between page and Node's CPU provider on the tiny case. */
const TINY_TOLERANCE = 1e-5;

/** Largest difference between page and Node in the embedding of a recording, after six blocks. */
const EMBED_TOLERANCE = 1e-5;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const FIXTURES = here("../../../shared/fixtures");
const SHIPPED = here("../../weights/manifest.json");
const report: Record<string, unknown> = {};
const misses: string[] = [];

function demand(ok: boolean, what: string): void {
  process.stderr.write(`${ok ? "ok  " : "MISS"} ${what}\n`);
  if (!ok) misses.push(what);
}

async function main(): Promise<void> {
  const executable = findChromium();
  if (executable === undefined) throw new Error("no chromium in PATH: install Debian's package chromium");
  const built = mkdtempSync(join(tmpdir(), "panluna-pages-"));
  try {
    await build({ configFile: here("vite.config.ts"), build: { outDir: join(built, "test") } });
    await build({
      configFile: here("../../examples/browser/vite.config.ts"),
      logLevel: "error",
      build: { outDir: join(built, "example") },
    });
    await writeFile(join(built, "test/sample.edf"), await sampleEdf());
    const folders = {
      "/": join(built, "test"),
      "/example/": join(built, "example"),
      "/engine/": dirname(fileURLToPath(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"))),
      "/fixtures/": FIXTURES,
    };
    await withServer(folders, true, async (server) => {
      await withBrowser(executable, false, (browser) => testWasm(browser, server));
      await withBrowser(executable, true, (browser) => testWebgpu(browser, server));
    });
    await withServer(folders, false, (server) =>
      withBrowser(executable, false, (browser) => testWithoutIsolation(browser, server)),
    );
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
  console.log(JSON.stringify({ ok: misses.length === 0, misses, ...report }, null, 2));
  process.exitCode = misses.length === 0 ? 0 : 1;
}

async function withServer(
  folders: Record<string, string>,
  isolated: boolean,
  use: (server: PageServer) => Promise<void>,
): Promise<void> {
  const server = await servePages({ folders, isolated });
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

async function testWasm(browser: BrowserContext, server: PageServer): Promise<void> {
  report.example = await runExample(browser, server, demand, existsSync(SHIPPED) ? undefined : await ownWeights());
  const page = await openPage(browser, server);
  const probe = await page.evaluate(() => test().probe());
  demand(probe.crossOriginIsolated && probe.simd && probe.warnings.length === 0, "the page is isolated and has SIMD");
  report.probe = probe;
  report.tinyWasm = await compareTiny(page, "wasm");
  report.embedWasm = await compareEmbedding(page, "wasm");
  report.shipped = await compareShipped(page);
  report.conformanceWasm = await conformance(page, "wasm");
  await testWasmPaths(browser, server);
  report.msPerWindow = await compareTimes(browser, server);
}

async function testWasmPaths(browser: BrowserContext, server: PageServer): Promise<void> {
  const startFrom = async (path: string) => {
    const page = await openPage(browser, server);
    return page.evaluate((p) => test().startFrom(p), path).finally(() => page.close());
  };
  const file = "/engine/ort-wasm-simd-threaded.wasm";
  demand((await startFrom("/engine")) === "" && server.sent.has(file), "the engine starts from wasmPaths");
  const message = await startFrom("/nowhere/");
  demand(/^SessionError: .*does not start.*configureWeb/.test(message), `a missing engine is named: ${message}`);
}

async function testWebgpu(browser: BrowserContext, server: PageServer): Promise<void> {
  const page = await openPage(browser, server);
  const { webgpu }: WebProbe = await page.evaluate(() => test().probe());
  report.webgpuAdapter = webgpu ?? "none";
  demand(webgpu !== undefined, "Chromium offers a WebGPU adapter");
  if (webgpu === undefined) return;
  report.tinyWebgpu = await compareTiny(page, "webgpu");
  report.embedWebgpu = await compareEmbedding(page, "webgpu");
  report.conformanceWebgpu = await conformance(page, "webgpu");
}

async function testWithoutIsolation(browser: BrowserContext, server: PageServer): Promise<void> {
  const page = await openPage(browser, server);
  const time = await page.evaluate(() => test().time("wasm", 2));
  const warned = time.threads === 1 && /not cross-origin isolated/.test(time.warnings[0] ?? "");
  demand(warned, "a page without isolation runs on 1 thread and says so");
}

async function openPage(browser: BrowserContext, server: PageServer): Promise<Page> {
  const page = await browser.newPage();
  page.on("pageerror", (error) => demand(false, `error in the page: ${error.message}`));
  await page.goto(server.url);
  await page.waitForFunction("globalThis.browserTest !== undefined");
  await page.evaluate("globalThis.test = () => globalThis.browserTest");
  return page;
}

/** Inside `page.evaluate`: the functions of page/main.ts. */
declare const test: () => BrowserTest;

/** The same seeded network on both sides. */
async function compareTiny(page: Page, provider: Provider): Promise<Record<string, number>> {
  const expected = await runTinyCase(nodeEngine, "cpu");
  const actual = await page.evaluate((p) => test().tinyCase(p), provider);
  const errors = Object.entries(expected).map(([name, values]): [string, number] => [
    name,
    values.reduce((most, v, i) => Math.max(most, Math.abs(v - actual[name][i])), 0),
  ]);
  demand(
    errors.every(([name, error]) => error <= TINY_TOLERANCE && expected[name].length === actual[name].length),
    `tiny case on ${provider} equals Node within ${TINY_TOLERANCE}`,
  );
  return Object.fromEntries(errors);
}

/** One file through both public entries: format, signal chain, montage and network. */
async function compareEmbedding(page: Page, provider: Provider): Promise<Record<string, unknown>> {
  const actual = await page.evaluate((p) => test().embed("/sample.edf", p), provider);
  return sameAsNode(actual, PanLuna.untrained({ threads: 2 }), provider);
}

async function sameAsNode(
  actual: { readonly shape: readonly number[]; readonly embeddings: readonly number[] },
  model: PanLuna,
  on: string,
): Promise<Record<string, unknown>> {
  const expected = await model.embed(await open(await sampleEdf(), { name: "sample.edf" }));
  await model.close();
  const error = expected.embeddings.reduce((most, v, i) => Math.max(most, Math.abs(v - actual.embeddings[i])), 0);
  const same = actual.shape.join() === expected.shape.join() && error <= EMBED_TOLERANCE;
  demand(same, `sample.edf embedded on ${on} equals Node within ${EMBED_TOLERANCE}`);
  return { shape: actual.shape, error };
}

/** The weights that the bundler has put beside the page. */
async function compareShipped(page: Page): Promise<unknown> {
  if (!existsSync(SHIPPED)) return "skipped: no weights/manifest.json";
  const actual = await page.evaluate(() => test().embedShipped("/sample.edf"));
  demand(actual.trained, "the page finds the weights that come with the package");
  const { tasks } = readManifest(new Uint8Array(await readFile(SHIPPED)));
  const names = Object.keys(tasks);
  const titles = await page.evaluate((all) => test().shippedTitles(all), names);
  demand(
    titles.join() === names.map((name) => tasks[name].title).join(),
    `the page loads ${names.join(", ") || "no task"}`,
  );
  return sameAsNode(actual, await PanLuna.load(undefined, { threads: 2 }), "wasm with the shipped weights");
}

/** Weights to pick on the example page where the package has none yet. */
async function ownWeights(): Promise<Uint8Array> {
  const { model } = PanLuna.untrained();
  return writeStateDict(model.weights, { "panluna.trained": "false" });
}

async function conformance(page: Page, provider: Provider): Promise<CaseResult[] | string> {
  const results: CaseResult[] = [];
  for (const folder of caseFolders()) {
    const result = await page.evaluate(([f, p]) => test().conformance(f, p as Provider), [folder, provider]);
    const missed = result.checks.filter(({ ok }) => !ok).map(({ tensor }) => tensor);
    demand(result.ok, [`${result.name} on ${provider}`, ...missed].join(" "));
    results.push(result);
  }
  return results.length > 0 ? results : "skipped: no ../shared/fixtures";
}

/** URL folders of all cases. */
function caseFolders(): string[] {
  return ["given", "full"].flatMap((group) => {
    const folder = join(FIXTURES, group);
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "case.json")));
    return names.sort().map((name) => `/fixtures/${group}/${name}/`);
  });
}

/** Page against Node on 1 and 2 threads, one after the other; a page keeps the threads it started with, so each has its own. */
async function compareTimes(browser: BrowserContext, server: PageServer): Promise<unknown[]> {
  const rows: { threads: number; page: WindowTime; node: WindowTime; ratio: number }[] = [];
  for (const threads of [1, 2]) {
    const page = await openPage(browser, server);
    const inPage = await page.evaluate((n) => test().time("wasm", n), threads);
    await page.close();
    const inNode = await timeWindow(nodeEngine, "cpu", threads);
    demand(inPage.threads === threads, `the page runs on ${threads} thread(s)`);
    rows.push({ threads, page: inPage, node: inNode, ratio: inPage.median / inNode.median });
  }
  return rows;
}

await main();

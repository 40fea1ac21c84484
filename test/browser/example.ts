import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { sampleEdf } from "./sample.ts";
import type { PageServer } from "./server.ts";

/** Most that a page may transfer besides weights: compressed bytes of all it fetches to embed a recording on WebAssembly. */
const TRANSFER_LIMIT = 5e6;

/** What using the example page showed. */
export interface ExampleReport {
  readonly summary: string;
  readonly contract: readonly string[];
  /** Compressed bytes of all files but weights. */
  readonly transferBytes: number;
  readonly transfers: Readonly<Record<string, number>>;
}

/**
 * Use the example page of examples/browser as a person would: pick a file, read what it says; then a file that is none.
 * @param weights to pick as well; those of the package if not given
 */
export async function runExample(
  browser: BrowserContext,
  server: PageServer,
  demand: (ok: boolean, what: string) => void,
  weights?: Uint8Array,
): Promise<ExampleReport> {
  const page = await browser.newPage();
  await page.goto(`${server.url}example/`);
  if (weights !== undefined) await pick(page, "weights.safetensors", weights, "#weights");
  await pick(page, "sample.edf", await sampleEdf());
  await page.waitForFunction(
    "/EDF\\+/.test(document.querySelector('#status').textContent) || document.querySelector('#status.error')",
  );
  const [status, summary] = [await page.textContent("#status"), (await page.textContent("#summary")) ?? ""];
  const contract = await page.locator("#contract li").allTextContents();
  demand(status === "sample.edf (EDF+C)" && /^4 windows × 256 values/.test(summary), `the example embeds: ${summary}`);
  demand(
    contract.some((line) => /Left out.*Resp/.test(line)),
    "the example shows which channel it leaves out",
  );
  const transfers = Object.fromEntries(
    [...server.sent].filter(([path]) => path.startsWith("/example/") && !path.endsWith(".safetensors")),
  );
  const transferBytes = Object.values(transfers).reduce((sum, bytes) => sum + bytes, 0);
  demand(transferBytes > 0 && transferBytes < TRANSFER_LIMIT, `the page transfers ${transferBytes} bytes`);
  await screenshot(page);
  if (weights === undefined) await askTask(page, demand);
  await pick(page, "notes.edf", new TextEncoder().encode("no recording"));
  await page.waitForSelector("#status.error");
  const message = (await page.textContent("#status")) ?? "";
  demand(message.startsWith("notes.edf: "), `a file that is no recording is refused: ${message}`);
  await page.close();
  return { summary, contract, transferBytes, transfers };
}

/** Ask a task of the package about the same file. */
async function askTask(page: Page, demand: (ok: boolean, what: string) => void): Promise<void> {
  await page.selectOption("#task", "mental-workload");
  await page.waitForFunction(
    "document.querySelectorAll('#answer li').length === 2 || document.querySelector('#status.error')",
  );
  const answer = await page.locator("#answer li").allTextContents();
  const [rest, arithmetic] = answer.map((line) => Number(/: (\d+) %/.exec(line)?.[1]));
  demand(Math.abs(rest + arithmetic - 100) <= 1, `the example asks a task: ${answer.join(", ")}`);
  await screenshot(page, "answer.png");
}

function pick(page: Page, name: string, bytes: Uint8Array, into = "#files"): Promise<void> {
  return page.setInputFiles(into, { name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });
}

/** For a person to look at: written where SCREENSHOT_FOLDER says. */
async function screenshot(page: Page, name = "example.png"): Promise<void> {
  const folder = process.env.SCREENSHOT_FOLDER;
  if (folder === undefined || !existsSync(folder)) return;
  await page.screenshot({ path: join(folder, name), fullPage: true });
}

// What an app needs of panluna in a page: probe, open, load, embed, show. Nothing is sent anywhere.
import { describeContract, type EmbedResult, open, PanLuna, type Provider, probeWeb, type Recording } from "panluna";

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const [files, weights, provider] = [
  element<HTMLInputElement>("files"),
  element<HTMLInputElement>("weights"),
  element<HTMLSelectElement>("provider"),
];
let model: PanLuna | undefined; // its sessions stay open between recordings
let started = false;

for (const control of [weights, provider]) {
  control.addEventListener("change", async () => {
    await model?.close();
    [model, started] = [undefined, false];
    await run();
  });
}
files.addEventListener("change", run);
const probe = probeWeb();
probe.then(({ warnings }) => list("warnings", warnings));

async function run(): Promise<void> {
  const picked = [...(files.files ?? [])];
  if (picked.length === 0) return;
  try {
    await embed(picked);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), true);
  }
}

/** The header names the other files of a WFDB record; any other format is one file. */
async function embed(picked: readonly File[]): Promise<void> {
  const main = picked.find(({ name }) => name.endsWith(".hea")) ?? picked[0];
  say(`Reading ${main.name} …`);
  const recording = await open(main, { siblings: picked });
  model ??= await PanLuna.load(weights.files?.[0], { provider: provider.value as Provider });
  const start = performance.now();
  const result = await model.embed(recording, {
    onProgress: (done, total) => say(`Window ${done} of ${total} …`),
  });
  show(recording, result, performance.now() - start, (await probe).warnings);
  await recording.close();
}

function show(
  { name, format, warnings }: Recording,
  result: EmbedResult,
  milliseconds: number,
  ofPage: readonly string[],
): void {
  const [windows, width] = result.shape;
  list("warnings", [
    ...ofPage,
    ...warnings,
    ...(result.trained ? [] : ["The weights are untrained: the numbers mean nothing yet."]),
  ]);
  list("contract", describeContract(result.contract));
  element("summary").textContent =
    `${windows} windows × ${width} values in ${(milliseconds / 1000).toFixed(2)} s on ${provider.value}: ` +
    `${(milliseconds / windows).toFixed(1)} ms per window with reading and filtering` +
    `${started ? "" : ", and this once with starting the engine"}.`;
  started = true;
  draw(result.embeddings, windows, width);
  element("result").hidden = false;
  say(`${name} (${format})`);
}

/** z-scores per column, ±2.5 from blue over white to red. */
function draw(values: Float32Array, windows: number, width: number): void {
  const canvas = element<HTMLCanvasElement>("embedding");
  [canvas.width, canvas.height] = [width, windows];
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(width, windows);
  for (let column = 0; column < width; column++) {
    const rows = Array.from({ length: windows }, (_, row) => values[row * width + column]);
    const mean = rows.reduce((sum, v) => sum + v, 0) / windows;
    const deviation = Math.sqrt(rows.reduce((sum, v) => sum + (v - mean) ** 2, 0) / windows) || 1;
    rows.forEach((v, row) => {
      const z = Math.max(-1, Math.min(1, (v - mean) / deviation / 2.5));
      const rgb = [255 * Math.min(1, 1 + z), 255 * (1 - Math.abs(z)), 255 * Math.min(1, 1 - z), 255];
      image.data.set(rgb, 4 * (row * width + column));
    });
  }
  context.putImageData(image, 0, 0);
}

function list(id: string, lines: readonly string[]): void {
  element(id).replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
}

function say(text: string, isError = false): void {
  const status = element("status");
  status.textContent = text;
  status.classList.toggle("error", isError);
}

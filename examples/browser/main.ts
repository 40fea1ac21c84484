// What an app needs of panluna in a page: probe, open, load, embed or predict, show. Nothing is sent anywhere.
import {
  describeContract,
  type EmbedResult,
  type OutputSummary,
  open,
  PanLuna,
  type PredictResult,
  type Provider,
  probeWeb,
  type Recording,
} from "panluna";

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const [files, weights, task, provider] = [
  element<HTMLInputElement>("files"),
  element<HTMLInputElement>("weights"),
  element<HTMLSelectElement>("task"),
  element<HTMLSelectElement>("provider"),
];
let model: PanLuna | undefined; // its sessions stay open between recordings
let started = false;

for (const control of [weights, task, provider]) {
  control.addEventListener("change", async () => {
    task.disabled = weights.files?.length === 1; // own weights say themselves what they can be asked
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
    await answer(picked);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), true);
  }
}

/** The header names the other files of a WFDB record; any other format is one file. */
async function answer(picked: readonly File[]): Promise<void> {
  const main = picked.find(({ name }) => name.endsWith(".hea")) ?? picked[0];
  say(`Reading ${main.name} …`);
  const recording = await open(main, { siblings: picked });
  try {
    const source = weights.files?.[0] ?? (task.value || undefined);
    model ??= await PanLuna.load(source, { provider: provider.value as Provider });
    const start = performance.now();
    const onProgress = (done: number, total: number) => say(`Window ${done} of ${total} …`);
    const result = await (model.task
      ? model.predict(recording, { onProgress })
      : model.embed(recording, { onProgress }));
    show(recording, result, performance.now() - start, (await probe).warnings);
  } finally {
    await recording.close();
  }
}

function show(
  { name, format, warnings }: Recording,
  result: EmbedResult | PredictResult,
  milliseconds: number,
  ofPage: readonly string[],
): void {
  const [windows, width] = result.shape;
  list("warnings", [
    ...ofPage,
    ...warnings,
    ...("warnings" in result ? result.warnings : []),
    ...(result.trained ? [] : ["The weights are untrained: the numbers mean nothing yet."]),
  ]);
  list("contract", describeContract(result.contract));
  element("summary").textContent =
    `${windows} windows × ${width} values in ${(milliseconds / 1000).toFixed(2)} s on ${provider.value}: ` +
    `${(milliseconds / windows).toFixed(1)} ms per window with reading and filtering` +
    `${started ? "" : ", and this once with starting the engine"}.`;
  started = true;
  const isEmbedding = "embeddings" in result;
  element("heading").textContent = isEmbedding ? "Embedding" : (result.task?.spec.title ?? "Answer");
  list("answer", isEmbedding ? [] : (result.summary?.outputs ?? []).map((output) => outputText(output, result)));
  element("picture").hidden = !isEmbedding;
  if (isEmbedding) draw(result.embeddings, windows, width);
  element("result").hidden = false;
  say(`${name} (${format})`);
}

/** Mean over the windows that count, with the 95 % interval of that mean. */
function outputText({ name, mean, low, high }: OutputSummary, { task: asked }: PredictResult): string {
  const unit = asked?.spec.unit;
  const text = (value: number) =>
    unit === undefined ? `${(100 * value).toFixed(0)} %` : `${value.toFixed(1)} ${unit}`;
  if (mean === null) return `${name}: no window is good enough to say`;
  return `${name}: ${text(mean)}${low === null || high === null ? "" : ` (${text(low)} to ${text(high)})`}`;
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

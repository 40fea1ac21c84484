import { type ReconstructionData, reconstructionSvg } from "../../draw/index.ts";
import type { Sensor } from "../../signal/index.ts";
import type { Estimate } from "../bootstrap.ts";
import { differenceCell } from "../report/differences.ts";
import { html, join, type Markup, NOTHING, raw } from "../report/markup.ts";
import { countText, drawsText, plural } from "../report/numbers.ts";
import { footer, page } from "../report/page.ts";
import { FILL_TITLES, sharesFigure, subjectsFigure } from "./figures.ts";
import { addHidden, explainedShare, FILLS, SUMS_WIDTH } from "./hiddenSums.ts";
import { type ReconstructionSummary, rowTitle } from "./summary.ts";

/** One window with what was hidden of it and what the model made of that. */
export interface ReconstructedExample {
  readonly subject: string;
  readonly corpus: string;
  /** Seconds from the start of the recording. */
  readonly onset: number;
  /** Hz */
  readonly sfreq: number;
  readonly channels: readonly {
    readonly name: string;
    readonly sensor: Sensor;
    readonly location: readonly number[];
  }[];
  /** (C, T), z-scored per channel. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** (C, T / patchSize) */
  readonly mask: Uint8Array;
  readonly patchSize: number;
}

export interface ReconstructionReport {
  readonly title: string;
  readonly summary: ReconstructionSummary;
  /** "half of the patches, one by one" */
  readonly hidden: string;
  readonly examples: readonly ReconstructedExample[];
  /** Lines for the small print: model, data, command. */
  readonly notes: readonly string[];
}

/** What the numbers are; stands wherever they are reported. */
export const DEFINITION =
  "Share explained: 1 − Σ(x − y)² / Σ(x − m)² over the hidden samples x of all windows, each window z-scored per channel; y is what they were filled in with, m the mean of all that was hidden. The straight line goes from the last visible sample before a gap to the first after it; the mean is that of the visible samples of the window’s channel.";

/** One HTML file on how well hidden patches were filled in: it asks nothing of any network. */
export async function reconstructionHtml(report: ReconstructionReport): Promise<string> {
  const { title, summary, hidden, examples, notes } = report;
  const { windows, subjects, bootstrap } = summary;
  const lead = `${plural(windows, "window")}, ${plural(subjects, "subject")} · hidden: ${hidden} · ${drawsText(bootstrap)}`;
  const body = join([
    html`<h1>${title}</h1><p class="lead">${lead}</p>`,
    html`<section><div class="figures">${await sharesFigure(summary)}${await subjectsFigure(summary)}</div></section>`,
    rowsTable(summary),
    examples.length === 0 ? NOTHING : exampleSection(examples),
    footer(notes),
  ]);
  return page(title, body);
}

function rowsTable({ rows }: ReconstructionSummary): Markup {
  const head = FILL_TITLES.map((title) => html`<th>${title}</th>`);
  const known = (estimate: Estimate): Estimate => (estimate.value === null ? estimate : { ...estimate, reason: "" });
  const body = rows.map((row) => {
    const { explained, difference, subjects, windows } = row;
    const cells = FILLS.map((fill) =>
      differenceCell(known(explained[fill]), fill === "model" ? undefined : difference[fill]),
    );
    return html`<tr><td>${rowTitle(row)}</td><td>${countText(subjects)}</td><td>${countText(windows)}</td>${join(cells)}</tr>`;
  });
  return html`<section><h2>Each sensor</h2>
<div class="scroll"><table><thead><tr><th>Sensor</th><th>Subjects</th><th>Windows</th>${join(head)}</tr></thead><tbody>${join(body)}</tbody></table></div>
<p class="note">Second lines: the model minus this one, paired by subject; bold where its interval does not hold 0; one subject alone has none. ${DEFINITION}</p></section>`;
}

const exampleSection = (examples: readonly ReconstructedExample[]): Markup =>
  html`<section><h2>Example windows</h2>
<p class="note">Chosen by their place in the data, not by the result.</p>
${join(examples.map(picture))}</section>`;

const WIDTH = 1080; // px

function picture(example: ReconstructedExample): Markup {
  const { subject, corpus, channels, x, y, mask, patchSize, onset, sfreq } = example;
  const shape = [1, channels.length, x.length / channels.length] as const;
  const explained = channels.map((_, c) => {
    const sums = new Float64Array(SUMS_WIDTH);
    addHidden(sums, { x, y, mask, patchSize, shape }, 0, c);
    const share = explainedShare(sums, "model");
    return typeof share === "number" ? share : Number.NaN;
  });
  const data: ReconstructionData = {
    original: x,
    reconstruction: y,
    shape,
    mask,
    patchSize,
    epochs: [{ onset, duration: shape[2] / sfreq, quality: [] }],
    explained,
    trained: true,
  };
  const used = channels.map((channel, c) => ({ ...channel, plus: c, sfreq, unit: "σ", scale: 1 }));
  const svg = reconstructionSvg(data, { used }, { title: `${corpus}, ${subject}`, width: WIDTH });
  return html`<div class="scroll wide"><figure>${raw(svg)}</figure></div>`;
}

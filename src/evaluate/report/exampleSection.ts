import { type DrawnChannel, recordingSvg } from "../../draw/index.ts";
import { describeRow } from "../examples.ts";
import { hitOrError } from "../perSubject.ts";
import type { Predictions } from "../predictions.ts";
import { html, join, type Markup, raw } from "./markup.ts";

/** A window with its samples. */
export interface ExampleWindow {
  /** Row of the predictions. */
  readonly row: number;
  readonly channels: readonly DrawnChannel[];
}

const WIDTH = 540; // px

/** Windows as the model saw them, with what it made of them. */
export function exampleSection(predictions: Predictions, examples: readonly ExampleWindow[]): Markup {
  const { kind } = predictions.task;
  if (kind === "regression") return html`<section><h2>Example windows</h2>${gallery(predictions, examples)}</section>`;
  const isRight = ({ row }: ExampleWindow): boolean => hitOrError(predictions, row) === 1;
  const groups = [
    ["Right", examples.filter(isRight)],
    ["Wrong", examples.filter((example) => !isRight(example))],
  ] as const;
  const parts = groups.map(([title, own]) =>
    own.length === 0 ? html`` : html`<section><h2>${title}: example windows</h2>${gallery(predictions, own)}</section>`,
  );
  return join(parts);
}

const gallery = (predictions: Predictions, examples: readonly ExampleWindow[]): Markup =>
  html`<div class="figures">${join(examples.map((example) => picture(predictions, example)))}</div>`;

function picture(predictions: Predictions, { row, channels }: ExampleWindow): Markup {
  const { recording, subject, subjects, onset } = predictions;
  const duration = Math.max(...channels.map(({ samples, sfreq }) => samples.length / sfreq));
  const svg = recordingSvg({
    title: subjects[subject[row]],
    subtitle: recording[row],
    channels,
    from: onset[row],
    duration,
    width: WIDTH,
  });
  return html`<figure><figcaption>${describeRow(predictions, row)}</figcaption>${raw(svg)}</figure>`;
}

import { UsageError } from "../errors.ts";
import { FOOTER, framed, HEADER, MARGIN } from "./frame.ts";
import { legendOf } from "./recording.ts";
import { channelLabel } from "./rows.ts";
import { fitText, textAt, textWidth } from "./text.ts";
import type { Hue, Theme } from "./theme.ts";
import { element } from "./xml.ts";

export interface AttentionPicture {
  /** (Q, C), row major: shares that sum to 1 in each row. Average `cross_attn.scores` over windows and patches first. */
  readonly scores: ArrayLike<number>;
  readonly numQueries: number;
  /** The C channels, in the order of the columns: `contract.used`. */
  readonly channels: readonly { readonly name: string; readonly sensor: Hue }[];
  readonly title?: string;
  readonly subtitle?: string;
  /** Says that the numbers have no meaning yet where it is false. */
  readonly trained?: boolean;
  /** px; 1200 if not given. */
  readonly width?: number;
  readonly theme?: Theme;
}

const [ROW, BAR_WIDTH, GAP, ROW_LABELS] = [46, 200, 8, 62]; // px

/** Columns of at least this width have their names level, px. */
const LEVEL = 64;

interface Column {
  readonly name: string;
  readonly hue: Hue;
  /** Column of `scores`. */
  readonly index: number;
  readonly x: number;
}

/**
 * Heat map of where each query looks: a row per query, a column per channel, channels of one sensor together, and beside it the share
 * of each sensor. The colour runs from 0 to the largest share.
 * @throws UsageError when the scores do not fit the channels
 */
export function attentionSvg(picture: AttentionPicture): string {
  const { numQueries, channels } = picture;
  const { marks, height } = attentionPanel(picture, HEADER);
  const frame = {
    width: picture.width ?? 1200,
    height: HEADER + height + FOOTER,
    title: picture.title ?? "Where each query looks",
    subtitle: picture.subtitle ?? `${numQueries} queries over ${channels.length} channels`,
    legend: legendOf(channels.map(({ sensor }) => ({ hue: sensor }))),
    warning: picture.trained === false ? "Untrained weights: this attention has no meaning" : undefined,
    theme: picture.theme,
  };
  return framed(frame, marks);
}

/**
 * The heat map alone, from `y` on, as wide as the picture.
 * @throws UsageError when the scores do not fit the channels
 */
export function attentionPanel(
  picture: Pick<AttentionPicture, "scores" | "numQueries" | "channels" | "width">,
  y: number,
): { readonly marks: string[]; readonly height: number } {
  const { scores, numQueries, channels, width = 1200 } = picture;
  checkScores(picture);
  const several = new Set(channels.map(({ sensor }) => sensor)).size > 1; // one sensor has every share: no bars
  const room = width - 2 * MARGIN - ROW_LABELS - (several ? BAR_WIDTH + 40 : 0);
  const { columns, cell, right } = layColumns(channels, MARGIN + ROW_LABELS, room);
  const widest = Math.max(...channels.map(({ name }) => textWidth(`ECG ${name}`, 11)));
  const labels = cell >= LEVEL ? 20 : 16 + Math.min(110, widest) * 0.75;
  const top = y + labels + 6;
  const most = Array.from({ length: scores.length }, (_, i) => scores[i]).reduce((a, b) => Math.max(a, b), 0);
  const rows = Array.from({ length: numQueries }, (_, q) => q);
  const barsAt = right + 40;
  const bars = several ? rows : [];
  const marks = [
    ...columns.map((column) => columnLabel(column, cell, top)),
    ...rows.map((q) => textAt(MARGIN, top + q * ROW + ROW / 2 + 4, `Query ${q + 1}`)),
    ...rows.flatMap((q) => heatRow(picture, columns, q, top + q * ROW, cell, most)),
    ...(bars.length > 0 ? [textAt(barsAt, top - 10, "Share of each sensor", { class: "small muted" })] : []),
    ...bars.flatMap((q) => sensorBar(picture, columns, q, barsAt, top + q * ROW)),
    ...colorKey(MARGIN + ROW_LABELS, top + numQueries * ROW + 24, most, channels.length),
  ];
  return { marks, height: labels + 6 + numQueries * ROW + 56 };
}

/** What the heat map shows. */
type Scores = Pick<AttentionPicture, "scores" | "channels">;

function checkScores({ scores, numQueries, channels }: Scores & Pick<AttentionPicture, "numQueries">): void {
  if (channels.length > 0 && numQueries > 0 && scores.length === numQueries * channels.length) return;
  throw new UsageError({
    where: "attentionSvg",
    what: "scores do not fit",
    expected: `${numQueries} × ${channels.length} numbers`,
    got: String(scores.length),
  });
}

/** Columns of one sensor together, sensors apart by a gap. */
function layColumns(channels: AttentionPicture["channels"], left: number, room: number) {
  const hues = [...new Set(channels.map(({ sensor }) => sensor))];
  const cell = Math.min(96, Math.max(2, (room - GAP * (hues.length - 1)) / channels.length));
  const columns: Column[] = [];
  let x = left;
  for (const hue of hues) {
    for (const [index, { name, sensor }] of channels.entries()) {
      if (sensor !== hue) continue;
      columns.push({ name: channelLabel(name, hue, hues.length), hue, index, x });
      x += cell;
    }
    x += GAP;
  }
  return { columns, cell, right: x - GAP };
}

/** Level where it has room, else rising to the right; none where columns are narrower than a line of text. */
function columnLabel({ name, hue, x }: Column, cell: number, top: number): string {
  if (cell < 9) return "";
  if (cell >= LEVEL) {
    const label = fitText(name, cell, 11);
    return textAt(x + cell / 2, top - 10, label, { class: `fill-${hue}`, anchor: "middle" });
  }
  const [atX, atY] = [x + cell / 2 + 4, top - 7];
  const turn = cell < 16 ? -90 : -48;
  return textAt(atX, atY, fitText(name, 110, 11), { class: `fill-${hue}`, transform: `rotate(${turn} ${atX} ${atY})` });
}

function heatRow(
  { scores, channels }: Scores,
  columns: readonly Column[],
  query: number,
  y: number,
  cell: number,
  most: number,
): string[] {
  return columns.flatMap(({ index, x }) => {
    const share = scores[query * channels.length + index];
    const depth = most > 0 && Number.isFinite(share) ? share / most : 0;
    const box = { x: x + 0.5, y: y + 1, width: cell - 1, height: ROW - 2 };
    const paint = element("rect", { class: "heat", ...box, "fill-opacity": 0.05 + 0.95 * depth });
    if (cell < 28) return [paint];
    const label = textAt(x + cell / 2, y + ROW / 2 + 4, percent(share), {
      class: depth > 0.5 ? "small on" : "small",
      anchor: "middle",
    });
    return [paint, label];
  });
}

/** The shares of the sensors side by side: together 100 %. */
function sensorBar(
  { scores, channels }: Scores,
  columns: readonly Column[],
  query: number,
  left: number,
  y: number,
): string[] {
  const shares = sensorShares(columns, (index) => scores[query * channels.length + index]);
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  if (!(total > 0)) return [];
  let x = left;
  const marks: string[] = [];
  for (const { hue, share } of shares) {
    const width = (share / total) * BAR_WIDTH;
    marks.push(
      element("rect", { class: `fill-${hue}`, x, y: y + 14, width: Math.max(0, width - 1), height: ROW - 28 }),
    );
    if (width > 34) {
      marks.push(
        textAt(x + width / 2, y + ROW / 2 + 4, percent(share / total), { class: "small on", anchor: "middle" }),
      );
    }
    x += width;
  }
  return marks;
}

function sensorShares(columns: readonly Column[], shareOf: (index: number) => number) {
  return [...new Set(columns.map(({ hue }) => hue))].map((hue) => ({
    hue,
    share: columns.filter((column) => column.hue === hue).reduce((sum, { index }) => sum + (shareOf(index) || 0), 0),
  }));
}

/** From 0 to the darkest colour, with the share that an even look would give. */
function colorKey(x: number, y: number, most: number, nChans: number): string[] {
  const [steps, step] = [20, 8];
  const cells = Array.from({ length: steps }, (_, i) =>
    element("rect", {
      class: "heat",
      x: x + i * step,
      y,
      width: step,
      height: 10,
      "fill-opacity": 0.05 + (0.95 * i) / (steps - 1),
    }),
  );
  const even = `An even look would give each channel ${percent(1 / nChans)}`;
  return [
    ...cells,
    textAt(x, y + 24, "0", { class: "small muted" }),
    textAt(x + steps * step, y + 24, percent(most), { class: "small muted", anchor: "end" }),
    textAt(x + steps * step + 24, y + 9, even, { class: "small muted" }),
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}%`;

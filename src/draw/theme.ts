import type { Sensor } from "../signal/sensors.ts";

/** "auto" follows the reader's light or dark setting; it is light where there is none (PNG). */
export type Theme = "auto" | "light" | "dark";

/** Class of a channel's colour. */
export type Hue = Sensor | "other";

interface Colors {
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly original: string;
  readonly mark: string;
  readonly bad: string;
  readonly hidden: string;
  readonly hues: Readonly<Record<Hue, string>>;
}

const LIGHT: Colors = {
  paper: "#ffffff",
  ink: "#17212b",
  muted: "#5f6c7a",
  grid: "#e7ebf0",
  original: "#9aa5b1",
  mark: "#6d4bb5",
  bad: "#f0a020",
  hidden: "#3b5b7d",
  hues: { eeg: "#1d4f86", ecg: "#b4232a", ppg: "#0b7a6b", other: "#4d5966" },
};

const DARK: Colors = {
  paper: "#10161d",
  ink: "#e8edf3",
  muted: "#98a5b3",
  grid: "#222c37",
  original: "#75818e",
  mark: "#b79df2",
  bad: "#f0b040",
  hidden: "#9db8d6",
  hues: { eeg: "#84bdf5", ecg: "#ff8f86", ppg: "#4fd6c3", other: "#b4bfcb" },
};

/** Class of the root; every rule is scoped by it, so that a picture inside a page leaves the page alone. */
export const ROOT_CLASS = "panluna-picture";

/** The style sheet of a picture. */
export function styleSheet(theme: Theme): string {
  if (theme === "auto") {
    return `${SHAPES}${rules(LIGHT)}@media (prefers-color-scheme: dark){${rules(DARK)}}`;
  }
  return SHAPES + rules(theme === "dark" ? DARK : LIGHT);
}

const scoped = (rule: string): string => `.${ROOT_CLASS} ${rule}`;

/** Widths of lines within `.traces` are tenths of a pixel, as its paths are. */
const SHAPES = [
  "text{font-family:'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif;font-size:11px}",
  ".title{font-size:18px;font-weight:bold}",
  ".subtitle{font-size:12px}",
  ".small{font-size:10px}",
  ".line{fill:none;stroke-width:1}",
  ".traces path{fill:none;stroke-width:9;stroke-linejoin:round;stroke-linecap:round}",
  ".traces .recovered{stroke-width:14}",
  ".bad{fill-opacity:.2}",
  ".hidden{fill-opacity:.09}",
  ".band{fill-opacity:.08}",
  ".dashed{stroke-dasharray:3 3;stroke-opacity:.75}",
  ".strong{font-weight:bold}",
  ".bold{stroke-width:2;stroke-linejoin:round}",
  ".faint{stroke-opacity:.4}",
]
  .map(scoped)
  .join("");

function rules(colors: Colors): string {
  const { paper, ink, muted, grid, original, mark, bad, hidden, hues } = colors;
  const shared = [
    `.paper{fill:${paper}}`,
    `text{fill:${ink}}`,
    `.muted{fill:${muted}}`,
    `.grid{stroke:${grid}}`,
    `.axis{stroke:${muted}}`,
    `.original{stroke:${original}}`,
    `.mark{stroke:${mark}}`,
    `.marked{fill:${mark}}`,
    `.bad{fill:${bad}}`,
    `.warn{fill:${bad}}`,
    `.hidden{fill:${hidden}}`,
    `.heat{fill:${hues.eeg}}`,
    `.track{fill:${grid}}`,
    `.on{fill:${paper}}`,
  ];
  const perHue = Object.entries(hues).flatMap(([hue, color]) => [
    `.stroke-${hue}{stroke:${color}}`,
    `.fill-${hue}{fill:${color}}`,
  ]);
  return [...shared, ...perHue].map(scoped).join("");
}

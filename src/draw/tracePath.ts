import { decimate } from "./decimate.ts";

/** Where a curve goes, px. */
export interface TraceBox {
  /** x of sample 0. */
  readonly x: number;
  /** px per sample. */
  readonly perSample: number;
  /** y of the value `center`. */
  readonly y: number;
  readonly center: number;
  /** px per unit, upwards. */
  readonly gain: number;
  /** Farthest that the curve may go above and below `y`, px: it is cut off there. */
  readonly reach: readonly [up: number, down: number];
  /** Columns that the curve is brought down to. */
  readonly columns: number;
}

/**
 * A curve as path data in tenths of a pixel, relative steps: about six bytes a point.
 * A gap ends the line; a sample alone becomes a dot.
 */
export function tracePath(samples: ArrayLike<number>, box: TraceBox): string {
  const { index, value } = decimate(samples, box.columns);
  const [up, down] = box.reach;
  let path = "";
  let pen: { x: number; y: number; drawn: boolean } | undefined;
  for (let i = 0; i < index.length; i++) {
    if (Number.isNaN(value[i])) {
      if (pen?.drawn === false) path += "h0";
      pen = undefined;
      continue;
    }
    const x = Math.round(10 * (box.x + index[i] * box.perSample));
    const rise = Math.min(up, Math.max(-down, (value[i] - box.center) * box.gain));
    const y = Math.round(10 * (box.y - rise));
    if (pen === undefined) path += `M${x} ${y}`;
    else path += step(x - pen.x, y - pen.y);
    pen = { x, y, drawn: pen !== undefined };
  }
  return pen?.drawn === false ? `${path}h0` : path;
}

function step(dx: number, dy: number): string {
  if (dx === 0 && dy === 0) return "";
  if (dx === 0) return `v${dy}`;
  if (dy === 0) return `h${dx}`;
  return `l${dx}${dy < 0 ? "" : " "}${dy}`;
}

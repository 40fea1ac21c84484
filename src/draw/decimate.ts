/** Points of a curve: sample indices and values; a value of NaN is a gap. */
export interface Points {
  readonly index: Float64Array;
  readonly value: Float64Array;
}

/**
 * A signal with at most two points per column, lowest and highest in the order in which they came: no extreme is lost.
 * Where there are no more samples than that, all of them.
 */
export function decimate(samples: ArrayLike<number>, columns: number): Points {
  const { length } = samples;
  if (length <= 2 * columns) {
    return { index: Float64Array.from({ length }, (_, i) => i), value: Float64Array.from(samples, finiteOrNaN) };
  }
  const points = { index: new Float64Array(2 * columns), value: new Float64Array(2 * columns) };
  for (let c = 0; c < columns; c++) {
    const start = Math.floor((c * length) / columns);
    const stop = Math.floor(((c + 1) * length) / columns);
    const [first, second] = extremes(samples, start, stop);
    points.index.set([first, second], 2 * c);
    points.value.set([finiteOrNaN(samples[first]), finiteOrNaN(samples[second])], 2 * c);
  }
  return points;
}

/** Indices of the lowest and the highest finite sample, the earlier one first; `start` twice where none is finite. */
export function extremes(samples: ArrayLike<number>, start: number, stop: number): [number, number] {
  let low = -1;
  let high = -1;
  for (let i = start; i < stop; i++) {
    const value = samples[i];
    if (value - value !== 0) continue; // NaN or infinite
    if (low < 0 || value < samples[low]) low = i;
    if (high < 0 || value > samples[high]) high = i;
  }
  if (low < 0) return [start, start];
  return low < high ? [low, high] : [high, low];
}

const finiteOrNaN = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);

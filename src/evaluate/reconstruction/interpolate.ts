/**
 * Fill the hidden patches of one channel in as someone would with a ruler: a straight line from the last visible sample before a run of them to the
 * first after it; at the ends the nearest visible sample; 0 where nothing is visible. Visible samples are left as they are.
 * @param x (T)
 * @param hidden (T / patchSize) 1 where a patch is hidden
 * @returns (T)
 * @see numpy.interp of the visible samples
 */
export function interpolateHidden(x: Float32Array, hidden: Uint8Array, patchSize: number): Float64Array {
  const filled = Float64Array.from(x);
  for (let first = 0; first < hidden.length; first++) {
    if (hidden[first] === 0) continue;
    const start = first * patchSize;
    while (hidden[first + 1] === 1) first++;
    fillRun(filled, start, (first + 1) * patchSize);
  }
  return filled;
}

/** Fill samples [start, stop) from their visible neighbours. */
function fillRun(filled: Float64Array, start: number, stop: number): void {
  const after = stop < filled.length ? filled[stop] : undefined;
  const left = (start > 0 ? filled[start - 1] : after) ?? 0;
  const slope = ((after ?? left) - left) / (stop - start + 1);
  for (let t = start; t < stop; t++) filled[t] = left + slope * (t - start + 1);
}

/** Mean of the samples of one channel that are not hidden; 0 where none is visible: what someone could say without a look at time. */
export function visibleMean(x: Float32Array, hidden: Uint8Array, patchSize: number): number {
  let [sum, count] = [0, 0];
  for (let t = 0; t < x.length; t++) {
    if (hidden[Math.floor(t / patchSize)] === 1) continue;
    sum += x[t];
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

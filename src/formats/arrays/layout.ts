/** Which axis holds the channels. */
export type Layout = "channels-first" | "times-first";

/** Most channels that an unlabelled array is taken to have. */
const MOST_CHANNELS = 512;
/** How much longer time must be than channels for a guess. */
const LEAST_RATIO = 8;

export interface LayoutFound {
  readonly layout: Layout;
  /** How it was found; undefined where the user said it. */
  readonly reason?: string;
}

/**
 * Find the channel axis of a 2-D array: as told, by the number of labels, else by a shape that leaves no doubt
 * (one axis of at most 512 that is at least 8 times shorter than the other).
 * @returns undefined where it is ambiguous
 */
export function findLayout(
  [first, second]: readonly number[],
  { layout, nLabels }: { readonly layout?: Layout; readonly nLabels?: number },
): LayoutFound | undefined {
  if (layout !== undefined) return { layout };
  if (nLabels !== undefined && (first === nLabels) !== (second === nLabels)) {
    return { layout: first === nLabels ? "channels-first" : "times-first", reason: "the axis as long as the labels" };
  }
  const reason = "guessed from the shape";
  if (first <= MOST_CHANNELS && second >= LEAST_RATIO * first) return { layout: "channels-first", reason };
  if (second <= MOST_CHANNELS && first >= LEAST_RATIO * second) return { layout: "times-first", reason };
  return undefined;
}

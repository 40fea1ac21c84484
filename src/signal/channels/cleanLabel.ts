const UNIT_IN_BRACKETS = /[[(]\s*(?:[munµμ]?v|%|a\.?u\.?|bpm|mmhg|adc|raw)\s*[\])]/gi;

/**
 * A label in the one spelling that the parsers read: upper case, plain dashes, no brackets, no unit in brackets,
 * no dots or stars at its end ("Fc5." is "FC5", "EEG Fp1 – Ref [uV]" is "EEG FP1 - REF").
 */
export function cleanLabel(label: string): string {
  return withPlainMarks(label).toUpperCase();
}

/** The words of a label: letters and digits between other marks; "heartRate" and "accX" are two words each. */
export function labelWords(label: string): string[] {
  return withPlainMarks(label)
    .replace(/([a-z]{2})([A-Z])/g, "$1 $2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== "");
}

function withPlainMarks(label: string): string {
  return label
    .normalize("NFKC")
    .replace(UNIT_IN_BRACKETS, " ")
    .replace(/[‐‑‒–—−]/g, "-")
    .replace(/[[\](){}"]/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\s.*_,;:-]{1,64}$/, "");
}

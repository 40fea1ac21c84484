/** Said wherever numbers of an untrained network are shown. */
export const UNTRAINED = "Untrained weights: the numbers have no meaning until you give --checkpoint FILE.";

/** Said wherever numbers of an untrained network are shown. */
export const UNTRAINED =
  "Untrained weights: the numbers have no meaning. Leave out --untrained, or give --checkpoint FILE.";

/** Said wherever numbers of an untrained network are shown. */
export const UNTRAINED =
  "Untrained weights: the numbers have no meaning. Leave out --untrained for the weights of the package, or give --checkpoint FILE.";

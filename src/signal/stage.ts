/** A step that takes a signal block by block and gives its output in order, later than it came. */
export interface Stage {
  /**
   * @param block the next samples; not changed, not kept
   * @param last whether the signal ends with them
   * @returns the output that is final by now, possibly none; a block of the workspace
   */
  push(block: Float64Array, last: boolean): Float64Array;
}

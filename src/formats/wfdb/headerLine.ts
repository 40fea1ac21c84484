/** A line that is neither empty nor a comment, with its number from 1. */
export interface HeaderLine {
  readonly text: string;
  readonly number: number;
}

/** Arithmetic of floating point in libgcc, by its own names and by those of the ARM ABI. */
const SOFT_FLOAT =
  /^__(aeabi_([fd]\w+|\w+2[fd]\w*)|(add|sub|mul|div|neg|cmp|eq|ne|lt|le|gt|ge|unord|float|fix|ext|trunc)\w*[sdt]f\w*)$/;
const NOT_ON_A_CHIP = /^(_?malloc|_?free|calloc|realloc|exp|sqrt|floor|round)f?$/;

/** Of the symbols of a program those that a chip must do without: floating point and a heap. */
export const unwantedSymbols = (symbols: readonly string[]): string[] =>
  symbols.filter((name) => SOFT_FLOAT.test(name) || NOT_ON_A_CHIP.test(name));

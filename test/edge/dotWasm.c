/* The dot product of isa.h as a WebAssembly module: the page or test that loads it owns the memory. */
#include "isa.h"

__attribute__((export_name("dot"))) int32_t dot(const int8_t *a, const int8_t *b, int32_t n) { return pl_dot(a, b, n); }

/* What test programs use of the C library, which WebAssembly does not have: the compiler makes one instruction of each. */
#ifndef STRING_H
#define STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);

#endif

#include <stdio.h>
#include <stdlib.h>
#include "console.h"

void console_text(const char *text) { fputs(text, stdout); }

void console_exit(int32_t status) { exit(status); }

/* A host has no count of instructions that is the same each time. */
void counter_start(void) {}
uint32_t counter_ticks(void) { return 0; }

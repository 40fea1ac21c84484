/*
 * What a test program may ask of the machine it runs on: to print, to end, to count instructions. console_semihost.c answers on a bare
 * emulated board, console_host.c on the host.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdint.h>

/** 16 kB of memory with none behind them: who reads on is stopped. On the host the address sanitizer does that. */
#if defined(__riscv) || defined(__arm__)
#define LAST_MEMORY __attribute__((section(".last")))
#else
#define LAST_MEMORY
#endif

/** Print a text that ends with a zero. */
void console_text(const char *text);

/** Print bytes as hexadecimal digits, lowest address first, and end the line. */
void console_hex(const void *bytes, int32_t count);

/** Print a number in decimal digits. */
void console_number(uint32_t value);

/** End the program. */
void console_exit(int32_t status);

/** Ticks since `counter_start`; TypeScript knows how many instructions a tick is (machines.ts). */
void counter_start(void);
uint32_t counter_ticks(void);

/** Print `name ticks`. */
void console_ticks(const char *name);

#endif

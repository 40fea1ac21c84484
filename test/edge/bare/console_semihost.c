/*
 * Semihosting: the emulator does what register 0 asks when it meets the breakpoint of its architecture.
 * https://github.com/ARM-software/abi-aa/blob/main/semihosting/semihosting.rst
 */
#include "console.h"

enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026 };

/** Both arguments are in their registers already; the three instructions of RISC-V must be whole, and in one page. */
__attribute__((naked, noinline, noclone, aligned(16))) static void call(int32_t what, const void *argument) {
  (void)what, (void)argument;
#if defined(__riscv)
  __asm__ volatile(
      ".option push\n.option norvc\n"
      "slli zero, zero, 0x1f\nebreak\nsrai zero, zero, 7\n"
      ".option pop\nret");
#else
  __asm__ volatile("bkpt 0xab\nbx lr");
#endif
}

void console_text(const char *text) { call(SYS_WRITE0, text); }

void console_exit(int32_t status) {
  const int32_t block[2] = {APPLICATION_EXIT, status};
  call(SYS_EXIT_EXTENDED, block);
}

#if defined(__riscv)

static uint32_t started;

static uint32_t retired(void) {
  uint32_t count;
  __asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, minstret\n.option pop" : "=r"(count));
  return count;
}

void counter_start(void) { started = retired(); }
uint32_t counter_ticks(void) { return retired() - started; }

#else

/* SysTick of ARMv7-M and later: counts 24 bits down from 0, at the clock of the core. */
static volatile uint32_t *const SYST_CSR = (volatile uint32_t *)0xe000e010;
static volatile uint32_t *const SYST_RVR = (volatile uint32_t *)0xe000e014;
static volatile uint32_t *const SYST_CVR = (volatile uint32_t *)0xe000e018;

void counter_start(void) {
  *SYST_CSR = 0;
  *SYST_RVR = 0xffffff;
  *SYST_CVR = 0;
  *SYST_CSR = 5; /* on, at the clock of the core, without interrupt */
}

uint32_t counter_ticks(void) { return (0 - *SYST_CVR) & 0xffffff; }

#endif

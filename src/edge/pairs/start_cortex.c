/* Vectors and first instructions of a Cortex-M under QEMU, which has put all data in place; newlib's start-up follows. */
#include <stdint.h>

extern char stack_top[];
void _start(void);

static void reset(void) {
#if defined(__ARM_FEATURE_MVE)
  *(volatile uint32_t *)0xe000ed88 |= 0xf << 20; /* CPACR: coprocessors 10 and 11, which are Helium */
  __asm__ volatile("dsb\nisb");
#endif
  _start();
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const struct {
  char *stack;
  vector reset;
} vectors = {stack_top, reset};

/* Vectors and first instructions of a Cortex-M; the emulator has put all data in place. */
#include "console.h"

extern char stack_top[], last_end[];
int main(void);

#if __ARM_ARCH == 7
/** Nobody may touch the 32 bytes behind LAST_MEMORY: this board answers there, too, so its memory protection unit must forbid it. */
static void close_last_memory(void) {
  volatile uint32_t *const mpu = (volatile uint32_t *)0xe000ed94; /* CTRL, RNR, RBAR, RASR */
  mpu[2] = (uint32_t)last_end | 0x10;  /* region 0 */
  mpu[3] = 0x10000009;                 /* no access, 2^(4 + 1) bytes, on */
  mpu[0] = 5;                          /* on; elsewhere as ever */
}
#endif

static void reset(void) {
#if defined(__ARM_FEATURE_MVE)
  *(volatile uint32_t *)0xe000ed88 |= 0xf << 20; /* CPACR: coprocessors 10 and 11, which are Helium */
  __asm__ volatile("dsb\nisb");
#endif
#if __ARM_ARCH == 7
  close_last_memory();
#endif
  console_exit(main());
}

/** Any exception is a failure. */
static void fault(void) { console_exit(70); }

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const struct {
  char *stack;
  vector handlers[15];
} vectors = {
    stack_top,
    {reset, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault},
};

/* The first instruction of the board `virt`, which starts at the bottom of its memory; the emulator has put all data in place. */
#include "console.h"

int main(void);

/** Any exception is a failure. */
__attribute__((used, aligned(4))) static void fault(void) { console_exit(70); }

__attribute__((naked, section(".start"))) void start(void) {
  __asm__ volatile(
      ".option push\n.option norelax\nla gp, __global_pointer$\n.option pop\n"
      "la sp, stack_top\n"
      ".option push\n.option arch, +zicsr\nla t0, fault\ncsrw mtvec, t0\n.option pop\n"
      "call main\n"
      "call console_exit\n");
}

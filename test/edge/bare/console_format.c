#include "console.h"

void console_hex(const void *bytes, int32_t count) {
  const uint8_t *from = bytes;
  char line[129];
  int32_t at = 0;
  for (int32_t i = 0; i < count; i++) {
    line[at++] = "0123456789abcdef"[from[i] >> 4];
    line[at++] = "0123456789abcdef"[from[i] & 15];
    if (at == 128 && i + 1 < count) {
      line[at] = 0;
      console_text(line);
      at = 0;
    }
  }
  line[at] = 0;
  console_text(line);
  console_text("\n");
}

void console_number(uint32_t value) {
  char digits[11];
  int32_t at = 10;
  digits[at] = 0;
  do digits[--at] = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  console_text(digits + at);
}

void console_ticks(const char *name) {
  const uint32_t ticks = counter_ticks();
  console_text(name);
  console_text(" ");
  console_number(ticks);
  console_text("\n");
}

/* Prints as many lines as `lines` says: their numbers, and the table after each. */
#include "console.h"
#include "vectors.h"

int main(void) {
  for (int32_t i = 0; i < lines[0]; i++) {
    console_number((uint32_t)i);
    console_text(" ");
    console_hex(table, table_count);
  }
  console_exit(0);
  return 0;
}

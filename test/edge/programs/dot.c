/* Prints pl_dot of every length up to the whole vectors, from every alignment. */
#include "console.h"
#include "isa.h"
#include "vectors.h"

int main(void) {
  for (int32_t from = 0; from < 4; from++) {
    for (int32_t n = 0; n <= a_count - from; n++) {
      const int32_t sum = pl_dot(a + from, b + from, n);
      console_hex(&sum, sizeof sum);
    }
  }
  console_exit(0);
  return 0;
}

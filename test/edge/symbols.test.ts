import { expect, it } from "vitest";
import { unwantedSymbols } from "./symbols.ts";

it("routines of floating point and of a heap are known by name", () => {
  const unwanted = [
    ..."__adddf3 __mulsf3 __floatsidf __fixunsdfsi __ltsf2 __aeabi_fadd __aeabi_i2d __aeabi_d2iz".split(" "),
    ..."malloc _free sqrt sqrtf".split(" "),
  ];
  expect(unwantedSymbols(unwanted)).toEqual(unwanted);
});

it("those of whole numbers are not", () => {
  const integers = "__udivdi3 __divdi3 __ashrdi3 __clzsi2 __aeabi_uldivmod __aeabi_lmul __aeabi_llsl __aeabi_idiv0";
  expect(unwantedSymbols(integers.split(" "))).toEqual([]);
});

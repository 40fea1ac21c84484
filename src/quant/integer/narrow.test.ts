import fc from "fast-check";
import { expect, it } from "vitest";
import { anyMultiplier, bigClip8, bigRequant, someInt16 } from "../../../test/integerOps/bigIntegers.ts";
import { narrow } from "./narrow.ts";

it("narrows i16 to i8 as on big integers", () => {
  fc.assert(
    fc.property(someInt16(8), anyMultiplier, (x, by) => {
      expect([...narrow(x, by)]).toEqual([...x].map((value) => Number(bigClip8(bigRequant(BigInt(value), by)))));
    }),
    { numRuns: 2000 },
  );
});

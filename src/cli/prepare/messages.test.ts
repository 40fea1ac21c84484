import { describe, expect, it } from "vitest";
import * as errors from "../../errors.ts";
import { receiveError, sendError } from "./messages.ts";

const throughThreads = (error: unknown) => receiveError(structuredClone(sendError(error)));

describe("an error that crosses threads", () => {
  it("keeps its class, its parts and its message", () => {
    const parts = { where: "a.edf", what: "is odd", at: "byte 3", expected: "1", got: "2", todo: "Look at it" };
    const tagged = Object.values(errors).filter((E) => E !== errors.PanlunaError) as (typeof errors.FormatError)[];
    expect(tagged.length).toBeGreaterThan(5);
    for (const Tagged of tagged) {
      const sent = new Tagged({ ...parts, cause: new Error("why") });
      const received = throughThreads(sent);
      expect(received).toBeInstanceOf(Tagged);
      expect([received.message, received.stack]).toEqual([sent.message, sent.stack]);
      expect((received as errors.PanlunaError).parts).toEqual({ ...parts, cause: "Error: why" });
    }
  });

  it("is told also where it is none of ours", () => {
    expect(throughThreads(new RangeError("too long")).message).toBe("too long");
    expect(throughThreads("odd").message).toBe("odd");
  });
});

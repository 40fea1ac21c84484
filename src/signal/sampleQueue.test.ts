import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SampleQueue } from "./sampleQueue.ts";

describe("SampleQueue", () => {
  it("keeps every sample that was not discarded, whatever the order of work", () => {
    const step = fc.record({ append: fc.integer({ min: 0, max: 5000 }), discard: fc.integer({ min: 0, max: 6000 }) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.array(step, { maxLength: 20 }), (start, steps) => {
        const queue = new SampleQueue(start);
        let [first, end] = [start, start];
        for (const { append, discard } of steps) {
          queue.append(Float64Array.from({ length: append }, (_, i) => end + i)); // sample i has the value i
          end += append;
          queue.discard(first + discard);
          first = Math.min(end, first + discard);
          expect(queue.end).toBe(end);
          const view = queue.view(first, end);
          expect(view.length).toBe(end - first);
          expect(view.every((v, i) => v === first + i)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});

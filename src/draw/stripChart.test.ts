import { describe, expect, it } from "vitest";
import { stripChart } from "./stripChart.ts";

const ramp = Float64Array.from({ length: 8 }, (_, i) => i);

describe("stripChart", () => {
  it("draws a ramp from the lower left to the upper right", () => {
    expect(stripChart({ samples: ramp, width: 4 })).toBe(["⠀⠀⡠⠊", "⡠⠊⠀⠀"].join("\n"));
  });

  it("has the lines and characters asked for, whatever the samples", () => {
    for (const samples of [
      [],
      [1],
      [5, 5, 5],
      [Number.NaN],
      [1, Number.POSITIVE_INFINITY, 2],
      new Float32Array(10_000),
    ]) {
      const lines = stripChart({ samples, width: 30, height: 3 }).split("\n");
      expect(lines).toHaveLength(3);
      for (const line of lines) expect(line).toMatch(/^[\u2800-\u28ff]{30}$/);
    }
  });

  it("shows one odd sample among many", () => {
    const samples = new Float64Array(100_000);
    const flat = stripChart({ samples, width: 20, range: [-1, 1] });
    samples[70_001] = 1;
    const odd = stripChart({ samples, width: 20, range: [-1, 1] });
    expect(odd).not.toBe(flat);
    expect([...odd.split("\n")[0]].findIndex((c) => c !== "⠀")).toBeGreaterThanOrEqual(0);
  });

  it("leaves missing samples blank", () => {
    const samples = [0, 1, 0, 1, ...Array(8).fill(Number.NaN), 0, 1, 0, 1];
    const [line] = stripChart({ samples, width: 8, height: 1 }).split("\n");
    expect(line.slice(2, 6)).toBe("⠀⠀⠀⠀");
    expect(line[0]).not.toBe("⠀");
    expect(line[7]).not.toBe("⠀");
  });

  it("is plain unless a colour is asked for", () => {
    expect(stripChart({ samples: ramp, width: 4 })).not.toContain("\u001b");
    expect(stripChart({ samples: ramp, width: 4, height: 1, color: "red" })).toBe("\u001b[31m⣀⠤⠒⠉\u001b[39m");
  });
});

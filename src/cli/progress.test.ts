import { describe, expect, it } from "vitest";
import { createProgress } from "./progress.ts";

function watched(isTTY: boolean, columns = 80) {
  const world = { time: 0, text: "" };
  const write = (text: string) => {
    world.text += text;
  };
  return { world, progress: createProgress({ unit: "windows", isTTY, columns, now: () => world.time, write }) };
}

describe("progress", () => {
  it("draws over one line of a terminal, with rate and time left, and takes it away", () => {
    const { world, progress } = watched(true);
    world.time = 2000;
    progress.update(50, 200);
    expect(world.text).toBe("\r\x1b[2K│██████                  │  25 %  50 of 200 windows, 25/s, 6 s left");
    world.text = "";
    world.time = 2050;
    progress.update(51, 200);
    expect(world.text).toBe("");
    progress.end();
    expect(world.text).toBe("\r\x1b[2K");
  });

  it("never wraps a narrow terminal", () => {
    const { world, progress } = watched(true, 40);
    world.time = 1000;
    progress.update(5, 200);
    expect([...world.text.replace("\r\x1b[2K", "")].length).toBeLessThan(40);
  });

  it("prints a plain line at most every five seconds elsewhere", () => {
    const { world, progress } = watched(false);
    for (world.time = 0; world.time <= 12_000; world.time += 100) progress.update(world.time / 100, 1000);
    progress.end();
    expect(world.text.split("\n")).toEqual([
      "  5 %  50 of 1000 windows, 10/s, 1 min 35 s left",
      " 10 %  100 of 1000 windows, 10/s, 1 min 30 s left",
      "",
    ]);
  });
});

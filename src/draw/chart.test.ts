import { describe, expect, it } from "vitest";
import { xmlProblem } from "../../test/wellFormed.ts";
import { type ChartOption, chartSvg } from "./chart.ts";

const option: ChartOption = {
  xAxis: { type: "value", name: "a < b & c" },
  yAxis: { type: "value" },
  series: [
    {
      type: "line",
      data: [
        [0, 0],
        [1, 1],
      ],
      lineStyle: { color: "var(--ink,#123456)" },
    },
    { type: "scatter", data: [[0.5, 0.5]] },
    { type: "bar", data: [[0.5, 0.5]] },
  ],
};
const frame = { width: 320, height: 200, title: "a < b", id: "first" };

describe("chartSvg", () => {
  it("is well-formed, scales, and has a title", async () => {
    const svg = await chartSvg(option, frame);
    expect(xmlProblem(svg)).toBeUndefined();
    expect(svg).toContain('viewBox="0 0 320 200"');
    expect(svg).toContain("<title>a &lt; b</title>");
    expect(svg).toContain("a &lt; b &amp; c");
  });

  it("keeps colours of the page, and asks for nothing from outside", async () => {
    const svg = await chartSvg(option, frame);
    expect(svg).toContain('stroke="var(--ink,#123456)"');
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|<script|<style|ecmeta|href=/);
  });

  it("is the same whatever was drawn before, and its ids are its own", async () => {
    const again = await chartSvg(option, frame);
    const other = await chartSvg(option, { ...frame, id: "second" });
    expect(again).toBe(await chartSvg(option, frame));
    expect(again).toContain('id="first-c0"');
    expect(other).not.toContain("first-");
    expect(other.replaceAll("second-", "first-")).toBe(again);
  });
});

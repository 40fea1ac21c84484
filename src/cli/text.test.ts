import { expect, it } from "vitest";
import { duration, harmless, painter, percent, significant, table, widthOf, wrap } from "./text.ts";

const paint = painter(false);

it("writes numbers as a person reads them", () => {
  expect([1234.5, 123.4, 12.345, 0.001234, 5].map(significant)).toEqual(["1235", "123", "12.3", "0.00123", "5"]);
  expect([0.42, 59.99, 185, 28800].map(duration)).toEqual(["0.42 s", "1 min 00 s", "3 min 05 s", "8 h 00 min 00 s"]);
  expect([0, 0.001, 0.374, 1, Number.NaN].map(percent)).toEqual(["0 %", "< 1 %", "37 %", "100 %", "n/a"]);
});

it("lets no control character of a file reach the terminal, but keeps colours", () => {
  expect(harmless("a\x1b[2Jb\x1b]0;title\x07c\x9b2J\r\u202ed")).toBe(
    "a\ufffd[2Jb\ufffd]0;title\ufffdc\ufffd2J\ufffd\ufffdd",
  );
  expect(harmless("\x1b[31mred\x1b[39m\nline")).toBe("\x1b[31mred\x1b[39m\nline");
});

it("aligns a table, colours not counted, and cuts the column that may shrink", () => {
  const red = painter(true).bad;
  const lines = table(
    [{ title: "name" }, { title: "n", right: true }, { title: "why", shrinks: true }],
    [
      ["a", "1", "short"],
      [red("bcdef"), "12", "a reason that is far too long"],
    ],
    { width: 30, paint },
  );
  expect(lines).toEqual(["  name    n  why", "  a       1  short", `  ${red("bcdef")}  12  a reason that is…`]);
  expect(lines.every((line) => widthOf(line) <= 30)).toBe(true);
});

it("wraps at spaces with a hanging indent", () => {
  expect(wrap("one two three four", 12)).toEqual(["  one two", "    three", "    four"]);
  expect(wrap("incomprehensibilities", 10)).toEqual(["  incomprehensibilities"]);
});

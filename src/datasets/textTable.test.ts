import { describe, expect, it } from "vitest";
import { columnOf, readTextTable } from "./textTable.ts";

const read = (text: string) => readTextTable(new TextEncoder().encode(text), "t.csv");

describe("a table of texts", () => {
  it("takes commas, semicolons and tabs, and every kind of line end", () => {
    for (const mark of [",", ";", "\t"]) {
      for (const end of ["\n", "\r\n", "\r"]) {
        const table = read(["a", "b"].join(mark) + end + ["1", "x y"].join(mark) + end);
        expect(table).toEqual({ name: "t.csv", columns: ["a", "b"], rows: [["1", "x y"]] });
      }
    }
  });

  it("keeps what stands in quotes, over lines too", () => {
    expect(read('\ufefffile,note\n"a,b.edf","said ""no""\nand left"\n\nc,\n').rows).toEqual([
      ["a,b.edf", 'said "no"\nand left'],
      ["c", ""],
    ]);
  });

  it.each([
    ["", "is empty"],
    ["a,b\n1\n", "t.csv: has a row of another length than its header at line 2: expected 2 fields, got 1"],
    ['a,b\n1,2\n3,"4\n', "has a quote that stays open at line 3"],
    ["a,a\n1,2\n", 'has two columns named "a"'],
  ])("refuses %j", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it("names the columns that there are", () => {
    expect(columnOf(read("a,b\n1,2\n"), "b")).toEqual(["2"]);
    expect(() => columnOf(read("a,b\n1,2\n"), "c")).toThrow("lacks a column: expected c, got a, b");
  });
});

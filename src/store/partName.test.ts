import fc from "fast-check";
import { expect, it } from "vitest";
import { partFolder, partIdOf } from "./partName.ts";

it("plain names stand for themselves, others are escaped so that they leave no folder and clash with nothing", () => {
  expect(partFolder("Subject00_1")).toBe("Subject00_1");
  expect(partFolder("../x")).toBe("~2e.~2fx");
  expect(partFolder("zarr.json")).toBe("zarr~2ejson");
  expect(partFolder(".hidden")).toBe("~2ehidden");
  expect(partFolder("a b#ü")).toBe("a~20b~23~c3~bc");
});

it("every name comes back, and two names never share a folder", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 16 }), (id) => {
      expect(partIdOf(partFolder(id))).toBe(id);
    }),
  );
});

it("folders that are no parts are told apart", () => {
  for (const name of [".part.x", "_x", "a b", "~zz", "~ff", "~41", "zarr.json"]) expect(partIdOf(name)).toBe(undefined);
});

it("names that no file system takes are refused", () => {
  expect(() => partFolder("")).toThrow(/1 to 200 characters/);
  expect(() => partFolder("x".repeat(201))).toThrow(/1 to 200 characters/);
});

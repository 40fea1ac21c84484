import { describe, expect, it } from "vitest";
import { UsageError } from "../../errors.ts";
import { corpusNames } from "./corpusNames.ts";

const store = (name: string, fingerprint: string) => ({ name, fingerprint });

describe("the names of corpora", () => {
  it("are those of their stores; several of one recipe are counted", () => {
    const stores = [store("folder", "a"), store("eegmat", "b"), store("folder", "c"), store("folder", "d")];
    expect(corpusNames(stores)).toEqual(["folder", "eegmat", "folder (2)", "folder (3)"]);
  });

  it("are not given to one store twice", () => {
    const twice = () => corpusNames([store("folder", "a"), store("folder", "a")]);
    expect(twice).toThrow(UsageError);
    expect(twice).toThrow("corpus folder: stands twice");
  });
});

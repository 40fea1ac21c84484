import { describe, expect, it } from "vitest";
import { alone, type Communicator } from "./communicator.ts";
import { fakeRanks } from "./fakeRanks.ts";
import { anyRank, everyNth, fromEach, fromRoot, shareOf, sumOverRanks } from "./shares.ts";

const SIZES = [1, 2, 3, 4];
const places = (size: number) => Array.from({ length: size }, (_, rank) => ({ rank, size }));

describe("shares", () => {
  it.each([1, 2, 3, 4, 64])("of %i ranks follow one another and are of one size, but for one item", (size) => {
    for (const count of [0, 1, 2, 7, 8, 1024]) {
      const shares = places(size).map((place) => shareOf(count, place));
      expect([shares[0].from, shares[size - 1].to]).toEqual([0, count]);
      for (let r = 1; r < size; r++) expect(shares[r].from).toBe(shares[r - 1].to);
      const lengths = shares.map(({ from, to }) => to - from);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    }
  });

  it("of files and micro-batches are dealt like cards", () => {
    const items = ["a", "b", "c", "d", "e"];
    expect(places(2).map((place) => everyNth(items, place))).toEqual([
      ["a", "c", "e"],
      ["b", "d"],
    ]);
    expect(everyNth(items, alone)).toEqual(items);
  });
});

describe.each(SIZES)("with %i ranks", (size) => {
  it("metrics are those of all windows", async () => {
    const losses = Array.from({ length: 11 }, (_, i) => 1 / (i + 1));
    const found = await fakeRanks(size, (ranks) => {
      const own = everyNth(losses, ranks);
      return sumOverRanks(ranks, { windows: own.length, loss: own.reduce((a, b) => a + b, 0) });
    });
    const whole = losses.reduce((a, b) => a + b, 0);
    for (const { windows, loss } of found) {
      expect(windows).toBe(11);
      expect(Math.abs(loss - whole)).toBeLessThan(1e-15 * 11);
      expect(loss).toBe(found[0].loss);
    }
  });

  it("all stop when one has to", async () => {
    expect(await fakeRanks(size, (ranks) => anyRank(ranks, ranks.rank === size - 1))).toEqual(Array(size).fill(true));
    expect(await fakeRanks(size, (ranks) => anyRank(ranks, false))).toEqual(Array(size).fill(false));
  });

  it("an object of one rank reaches all", async () => {
    const config = { name: "ünïcode 🧠", steps: [1, 2.5, null], gone: undefined };
    const made: number[] = [];
    const found = await fakeRanks(size, (ranks) =>
      fromRoot(ranks, () => {
        made.push(ranks.rank);
        return config;
      }),
    );
    expect(found).toEqual(Array(size).fill({ name: "ünïcode 🧠", steps: [1, 2.5, null] }));
    expect(found[0]).not.toHaveProperty("gone");
    expect(new Set(made)).toEqual(new Set([0]));
  });

  it("each tells all what it has", async () => {
    const found = await fakeRanks(size, (ranks) => fromEach(ranks, "x".repeat(ranks.rank)));
    expect(found).toEqual(Array(size).fill(["", "x", "xx", "xxx"].slice(0, size)));
  });
});

describe("what goes wrong", () => {
  it("on the root is told by the root, and known to the others", async () => {
    const told: string[] = [];
    const attempt = (ranks: Communicator) =>
      fromRoot(ranks, async () => {
        throw new Error("disk full");
      }).catch((error: Error) => {
        if (error.message !== "") told.push(error.message);
        throw error;
      });
    await expect(fakeRanks(2, attempt)).rejects.toThrow("disk full");
    await expect(fromRoot({ ...alone, size: 2, rank: 1, broadcast: (v) => v.fill(-1) }, () => 1)).rejects.toThrow(
      "rank 0 of 2: failed. See what that rank says",
    );
    expect(told).toContain("disk full");
  });

  it("sums of different things are refused", async () => {
    const mixed = fakeRanks(2, (ranks) => sumOverRanks(ranks, { [ranks.rank === 0 ? "loss" : "windows"]: 1 }));
    await expect(mixed).rejects.toThrow("rank 0 of 2: the ranks do not sum the same things: got loss here");
  });
});

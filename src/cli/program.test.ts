import { describe, expect, it } from "vitest";
import { COMMANDS } from "./commands/index.ts";
import { fakeRecording, fakeWorld } from "./fakeEffects.ts";
import { flagName } from "./flags.ts";

describe("the command line", () => {
  it("lists every command", async () => {
    const world = fakeWorld();
    expect(await world.run("--help")).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(world.out).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(world.err).toBe("");
  });

  it.each(Object.keys(COMMANDS))("%s says what it takes, with examples that can be parsed", async (name) => {
    const world = fakeWorld();
    expect(await world.run(name, "--help")).toBe(0);
    expect(world.out).toContain("Examples:");
    const command = await COMMANDS[name as keyof typeof COMMANDS].load();
    expect(command.name).toBe(name);
    for (const [key, flag] of Object.entries(command.flags)) {
      if (!flag.hidden) expect(world.out).toContain(flagName(key));
    }
    const known = new Set([...Object.keys(command.flags).map(flagName), "--json", "--debug"]);
    for (const [line] of command.examples) {
      expect(line.split(" ")[0]).toBe(name);
      for (const word of line.split(" ").filter((w) => w.startsWith("--"))) expect(known).toContain(word);
    }
  });

  it("shows the help, as a failure, when there is nothing to do", async () => {
    const world = fakeWorld();
    expect(await world.run()).toBe(1);
    expect(world.err).toMatch(/^Usage: panluna/);
  });

  it("prints its version", async () => {
    const world = fakeWorld();
    expect(await world.run("--version")).toBe(0);
    expect(world.out).toBe("1.2.3\n");
  });

  it.each<[string, string[], RegExp]>([
    [
      "an unknown command",
      ["inspekt"],
      /^panluna: command line: unknown command 'inspekt'.*Did you mean inspect.*--help\n$/,
    ],
    [
      "an unknown flag",
      ["embed", "a", "--windo", "5"],
      /^panluna: embed: unknown option '--windo'.*Did you mean --window/,
    ],
    ["a missing argument", ["inspect"], /^panluna: inspect: missing required argument 'file'/],
    ["a surplus argument", ["inspect", "a", "b"], /^panluna: inspect: too many arguments/],
    ["a missing value", ["embed", "a", "--window"], /argument missing/],
    [
      "a bad value",
      ["embed", "a", "--window", "x"],
      /^panluna: --window: cannot be read: expected a number above 0, got "x"\n$/,
    ],
    ["a value given twice", ["embed", "a", "--window", "5", "--window", "6"], /^panluna: --window: was given twice/],
    ["a missing file", ["inspect", "gone.edf"], /^panluna: gone\.edf: cannot be opened: got no such file\n$/],
  ])("complains of %s in one line", async (_, argv, message) => {
    const world = fakeWorld();
    expect(await world.run(...argv)).toBe(1);
    expect(world.out).toBe("");
    expect(world.err).toMatch(message);
    expect(world.err.trimEnd().split("\n")).toHaveLength(1);
  });

  it("gives errors as JSON on standard output", async () => {
    const world = fakeWorld();
    expect(await world.run("inspect", "gone.edf", "--json")).toBe(1);
    expect(world.err).toBe("");
    expect(JSON.parse(world.out)).toEqual({
      error: {
        tag: "FormatError",
        message: "gone.edf: cannot be opened: got no such file",
        where: "gone.edf",
        what: "cannot be opened",
        got: "no such file",
      },
    });
  });

  it("shows the stack only for --debug", async () => {
    const world = fakeWorld();
    await world.run("inspect", "gone.edf", "--debug");
    expect(world.err).toMatch(/\n {4}at /);
  });

  it("tells a defect from a user's mistake", async () => {
    const world = fakeWorld({ "a.edf": { ...fakeRecording(10), read: () => Promise.reject(new TypeError("oops")) } });
    expect(await world.run("inspect", "a.edf")).toBe(1);
    expect(world.err).toMatch(/^panluna: unexpected failure: oops\. Please report/);
  });

  it("ends with 130 after Ctrl-C", async () => {
    const world = fakeWorld({ "a.edf": fakeRecording(10) });
    world.controller.abort(new Error("stopped"));
    expect(await world.run("embed", "a.edf", "--out", "a.npy")).toBe(130);
    expect(world.err).toBe("panluna: stopped, nothing was left half-written\n");
    expect(world.files.size).toBe(0);
  });
});

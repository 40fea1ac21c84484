import { describe, expect, it } from "vitest";
import { exportsOf, isTest, readText, type SourceFile, sourceFiles } from "./sources.ts";

const files = sourceFiles("src").filter(({ path }) => !isTest(path));
const byPath = new Map(files.map((file) => [file.path, file]));
const manifest = JSON.parse(readText("package.json"));
const dependencies = Object.keys(manifest.dependencies);

/** `src/signal/fft.ts` → `signal`; files at the top are rooms of their own: `errors.ts`. */
const roomOf = (path: string): string => path.split("/")[1];

const LOW = ["errors.ts", "linear", "signal", "formats", "graph"];
const MIDDLE = [...LOW, "model", "task", "store", "quant", "runtime"];
const HIGH = [...MIDDLE, "weights", "train", "edge", "evaluate", "datasets"];

/** Which rooms a room may import (DESIGN.md). Rooms of one level are closed to each other unless they stand here. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "errors.ts": [],
  linear: [],
  signal: ["errors.ts"],
  formats: ["errors.ts", "signal"],
  graph: ["errors.ts"],
  draw: MIDDLE,
  model: LOW,
  task: [...LOW, "model"],
  weights: [...LOW, "model", "task"],
  store: [...LOW, "model", "task"],
  quant: [...LOW, "model"],
  runtime: [...LOW, "model", "task"],
  train: MIDDLE,
  edge: MIDDLE,
  evaluate: [...MIDDLE, "draw"],
  datasets: MIDDLE,
  conformance: HIGH,
  "index.ts": HIGH,
  "node.ts": [...HIGH, "index.ts"],
  "web.ts": [...HIGH, "index.ts"],
  cli: [...HIGH, "conformance", "draw", "studio", "node.ts"],
  studio: [...HIGH, "conformance", "draw", "web.ts"],
};

describe("imports point one way", () => {
  it("every room has its place", () => {
    const rooms = new Set(files.map(({ path }) => roomOf(path)));
    expect([...rooms].filter((room) => MAY_IMPORT[room] === undefined)).toEqual([]);
  });

  it("rooms import what lies below them and nothing beside or above", () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ path: to }) => to?.startsWith("src/") && roomOf(to) !== roomOf(path))
        .filter(({ path: to }) => !MAY_IMPORT[roomOf(path)]?.includes(roomOf(to!)))
        .map(({ path: to }) => `${path} → ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  it("formats know of signals only what a recording is", () => {
    const known = files
      .filter(({ path }) => roomOf(path) === "formats")
      .flatMap(({ imports }) => imports.flatMap(({ path }) => (path?.startsWith("src/signal/") ? [path] : [])));
    expect([...new Set(known)]).toEqual(["src/signal/recording.ts"]);
  });

  it("relative imports name files that are there", () => {
    const code = files.flatMap((file) => file.imports.map((i) => ({ from: file.path, ...i })));
    const lost = code.filter(({ path }) => path?.startsWith("src/") && /\.(ts|mjs)$/.test(path) && !byPath.has(path));
    expect(lost.map(({ from, specifier }) => `${from}: ${specifier}`)).toEqual([]);
  });
});

describe("platforms", () => {
  const needsNode = ({ specifier }: { specifier: string }) => /^(node:|onnxruntime-node|@resvg\/)/.test(specifier);
  /** Files that may use Node: those named for it, the command line, and the program of Node's worker thread. */
  const mayUseNode = ({ path }: SourceFile) =>
    path.endsWith("/node.ts") || roomOf(path) === "cli" || path === "src/runtime/worker/sessionWorker.mjs";

  it("only files named node.ts and the command line use Node", () => {
    const wrong = files.filter((file) => !mayUseNode(file) && file.imports.some(needsNode));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it.each(browserEntries())("nothing that a browser loads from %s uses Node", (entry) => {
    const seen = new Set<string>();
    const visit = (path: string, way: string): string[] => {
      if (seen.has(path)) return [];
      seen.add(path);
      return (byPath.get(path)?.imports ?? [])
        .filter(({ typeOnly }) => !typeOnly)
        .flatMap((i) =>
          needsNode(i) ? [`${way} → ${i.specifier}`] : i.path ? visit(i.path, `${way} → ${i.path}`) : [],
        );
    };
    expect(visit(entry, entry)).toEqual([]);
    expect(seen.size).toBeGreaterThan(1);
  });
});

/** Entries of package.json as source files: the browser's where it has its own. */
function browserEntries(): string[] {
  return Object.values<string | { browser: string }>(manifest.exports)
    .map((target) => sourceOf(typeof target === "string" ? target : target.browser))
    .filter((path) => byPath.has(path));
}

function sourceOf(target: string): string {
  return target.replace(/^\.\/dist\//, "src/").replace(/\.js$/, ".ts");
}

describe("dependencies", () => {
  it("are these", () => {
    expect(dependencies).toMatchInlineSnapshot(`
      [
        "@bufbuild/protobuf",
        "@resvg/resvg-js",
        "commander",
        "csv-parse",
        "dejavu-fonts-ttf",
        "echarts",
        "fflate",
        "h5wasm",
        "hyparquet-writer",
        "koffi",
        "onnxruntime-common",
        "onnxruntime-node",
        "onnxruntime-web",
        "yaml",
        "zarrita",
        "zod",
      ]
    `);
  });

  /** Rooms whose code names a package, in an import or as a path inside it; the doctor names every package to see whether it is there. */
  const using = files.filter(({ path }) => path !== "src/cli/machine.ts");
  const roomsUsing = (name: string) =>
    new Set(using.filter(({ text }) => new RegExp(`["\`]${name}["\`/]`).test(text)).map(({ path }) => roomOf(path)));

  it.each(dependencies)("%s is used by exactly one room", (name) => {
    expect([...roomsUsing(name)]).toHaveLength(1);
  });

  /** Packages that come with a dependency and share its version. */
  const INSIDE: Readonly<Record<string, string>> = { "onnxruntime-common": "onnxruntime-node" };

  it("nothing else is imported", () => {
    const packages = files
      .flatMap(({ imports }) => imports.filter(({ path }) => path === undefined).map(({ specifier }) => specifier))
      .filter((specifier) => !specifier.startsWith("node:"))
      .map((specifier) =>
        specifier
          .split("/")
          .slice(0, specifier.startsWith("@") ? 2 : 1)
          .join("/"),
      );
    expect([...new Set(packages)].filter((name) => !dependencies.includes(INSIDE[name] ?? name))).toEqual([]);
    for (const [inner, outer] of Object.entries(INSIDE)) {
      expect(JSON.parse(readText(`node_modules/${outer}/package.json`)).dependencies).toHaveProperty(inner);
    }
  });

  it("versions are exact", () => {
    for (const version of Object.values(manifest.dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe("what users import", () => {
  const entries = Object.entries<string | Record<string, string>>(manifest.exports).flatMap(([name, target]) =>
    typeof target === "string"
      ? [[name, target]]
      : Object.entries(target).map(([on, path]) => [`${name} (${on})`, path]),
  );

  it("has these names", async () => {
    const text = entries
      .filter(([, target]) => byPath.has(sourceOf(target)))
      .map(
        ([name, target]) =>
          `${name}\n${exportsOf(sourceOf(target))
            .map((n) => `  ${n}\n`)
            .join("")}`,
      )
      .join("\n");
    await expect(text).toMatchFileSnapshot("publicApi.txt"); // vitest -u writes it anew
  });

  it("stands where package.json says, and so does the command", () => {
    const targets = [...entries.map(([, target]) => target), ...Object.values<string>(manifest.bin)];
    const code = targets.filter((target) => target.endsWith(".js")).map(sourceOf);
    expect(code.filter((path) => !byPath.has(path))).toEqual([]);
  });
});

describe("how files are kept", () => {
  const all = [...sourceFiles("src"), ...sourceFiles("bench"), ...sourceFiles("test")];

  it("no source file is longer than 400 lines, no test longer than 500", () => {
    const long = all.filter(({ path, text }) => text.split("\n").length > (path.endsWith(".test.ts") ? 500 : 400));
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it("no file or folder is a drawer for everything", () => {
    const drawer = /(^|[/.-])(utils?|utilities|helpers?|common|misc|shared)([/.-]|$)/i;
    expect(all.map(({ path }) => path).filter((path) => drawer.test(path))).toEqual([]);
  });

  it("nothing is left to do later", () => {
    const later = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|")})\\b`);
    expect(all.filter(({ text }) => later.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("no file names a folder of the machine it was written on", () => {
    const machine = new RegExp(["work", "root", "home"].map((folder) => `[^\\w.*)!]/${folder}/[a-z]`).join("|"));
    expect(all.filter(({ text }) => machine.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

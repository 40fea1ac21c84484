import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { UsageError } from "../../errors.ts";
import type { CommandConfig } from "./commandConfig.ts";
import { mapMarked } from "./mapMarked.ts";
import { optionsOf } from "./optionTree.ts";
import { applyOverride } from "./overrides.ts";
import { problemError } from "./problems.ts";

/** Where a configuration comes from and what is changed on the way. */
export interface ParseOptions {
  /** Name of the file in messages, without folders. */
  readonly name: string;
  /** `path.to.option=value`, as given by `--set`; later ones win. */
  readonly set?: readonly string[];
  /** Turns a path of the file into one that can be opened; left as they are if not given. */
  readonly resolvePath?: (path: string) => string;
}

/** Longest text that is taken for a configuration. */
const LONGEST = 2 ** 20;

/**
 * YAML text → the configuration of a command, checked, every default filled in, paths resolved.
 * @throws UsageError with the line and the option, what was expected and found, and for a name that is not an option the nearest that is
 */
export function parseConfig<T>(text: string, command: CommandConfig<T>, options: ParseOptions): T {
  const lines = new LineCounter();
  const document = readYaml(text, options.name, lines);
  for (const assignment of options.set ?? []) applyOverride(document, assignment);
  const result = command.schema.safeParse(toValue(document, options.name), { reportInput: true });
  const at = (path: readonly PropertyKey[]) => positionOf(document, lines, path);
  if (!result.success) throw problemError(options.name, result.error.issues, optionsOf(command.schema), at);
  const { resolvePath = (path) => path } = options;
  const resolved = mapMarked(command.schema, result.data, "path", (path) => resolvePath(String(path)));
  return command.complete(resolved as T);
}

function readYaml(text: string, name: string, lineCounter: LineCounter): Document {
  if (text.length > LONGEST) {
    throw new UsageError({ where: name, what: "is too long", expected: `at most ${LONGEST} characters` });
  }
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem === undefined) return document;
  const { line, col } = lineCounter.linePos(problem.pos[0]);
  throw new UsageError({
    where: name,
    what: "is not sound YAML",
    at: `line ${line}, column ${col}`,
    got: problem.message,
  });
}

/** @throws UsageError where aliases multiply beyond reason */
function toValue(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    throw new UsageError({ where: name, what: "cannot be read", got: String(cause), cause });
  }
}

/** "line 3" of the option, or of the innermost part around it that the text has; nothing for what came from `--set`. */
function positionOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (!isNode(node)) continue;
    return node.range ? `line ${lines.linePos(node.range[0]).line}` : undefined;
  }
  return undefined;
}

import type { z } from "zod";
import { UsageError } from "../../errors.ts";
import { editDistance } from "../../signal/channels/nearNames.ts";
import { namesOf, type OptionNode, partsOf } from "./optionTree.ts";

type Issue = z.core.$ZodIssue;

/** What is wrong with one option. */
interface Problem {
  readonly path: readonly PropertyKey[];
  readonly what: string;
  readonly expected?: string;
  readonly got?: string;
  readonly todo?: string;
}

/**
 * The error of a configuration that does not fit its schema: the first problem in full, the others by name.
 * @param at position of an option in the text
 */
export function problemError(
  name: string,
  issues: readonly Issue[],
  options: OptionNode,
  at: (path: readonly PropertyKey[]) => string | undefined,
): UsageError {
  const problems = issues.flatMap((issue) => problemsOf(issue, [], options)).sort(unknownFirst);
  const [{ path, what, expected, got, todo }, ...others] = problems;
  const rest = others.slice(0, MOST_OTHERS).map(inBrief);
  const also = rest.length > 0 ? `Also: ${rest.join("; ")}${others.length > MOST_OTHERS ? "; …" : ""}` : undefined;
  return new UsageError({
    where: name,
    what: `${nameOf(path)} ${what}`,
    at: at(path),
    expected,
    got,
    todo: [todo, also].filter((text) => text !== undefined).join(". ") || undefined,
  });
}

const MOST_OTHERS = 5;

/** A name that is not known is often why another is missing. */
const unknownFirst = (a: Problem, b: Problem): number => Number(b.what === UNKNOWN) - Number(a.what === UNKNOWN);

const UNKNOWN = "is not an option";

const inBrief = ({ path, what, todo }: Problem): string =>
  todo ? `${nameOf(path)} ${what} (${todo.slice(0, 1).toLowerCase()}${todo.slice(1)})` : `${nameOf(path)} ${what}`;

/** `corpora[1].weight` */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}${text && "."}${String(key)}`),
    "",
  ) || "the configuration";

/** @param around the path to what the issue is about, which unions tell paths within */
function problemsOf(issue: Issue, around: readonly PropertyKey[], options: OptionNode): Problem[] {
  const path = [...around, ...issue.path];
  const got = show(issue.input);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownName([...path, key], namesOf(at(options, path))));
    case "invalid_union":
      return unionProblems(issue, path, options);
    case "invalid_type":
      if (issue.input === undefined) return [{ path, what: "is missing", expected: kindOf(issue.expected) }];
      return [{ path, what: "is of the wrong kind", expected: kindOf(issue.expected), got }];
    case "invalid_value":
      return [{ path, what: "is none of its values", expected: issue.values.map(String).join(", "), got }];
    case "too_small":
      if (issue.origin !== "number" && issue.origin !== "int")
        return [{ path, what: "is too short", expected: `at least ${issue.minimum}` }];
      return [
        { path, what: "is too small", expected: `${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`, got },
      ];
    case "too_big":
      return [
        { path, what: "is too large", expected: `${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`, got },
      ];
    default: {
      const [what, expected] = issue.message.split("|"); // the rules between options of pretrain.ts and finetune.ts
      return [{ path, what, expected }];
    }
  }
}

/** Of the kinds that an option may be, the one that was meant: the one with the fewest problems that are not about what it is at all. */
function unionProblems(
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: readonly PropertyKey[],
  options: OptionNode,
): Problem[] {
  const kinds = issue.errors.filter((errors) =>
    errors.every((e) => e.path.length > 0 || e.code === "unrecognized_keys"),
  );
  const meant = kinds.toSorted((a, b) => costOf(a) - costOf(b))[0];
  if (meant !== undefined) return meant.flatMap((inner) => problemsOf(inner, path, options));
  const expected = at(options, path).anyOf?.map(describeKind).join(", or ");
  return [{ path, what: "is none of what it can be", expected, got: show(issue.input) }];
}

/** Names that are not known weigh more than parts that are missing. */
const costOf = (errors: readonly Issue[]): number =>
  errors.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? 2 * issue.keys.length : 1), 0);

const describeKind = (kind: OptionNode): string =>
  kind.properties ? `{ ${Object.keys(kind.properties).join(", ")} }` : `"${kind.const ?? kind.type}"`;

function unknownName(path: readonly PropertyKey[], names: readonly string[]): Problem {
  const name = String(path.at(-1));
  const near = names
    .map((other) => ({ other, distance: editDistance(name.slice(0, 40).toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, distance }) => distance <= Math.max(2, other.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3);
  const todo = near.length > 0 ? `Did you mean ${near.map(({ other }) => other).join(" or ")}?` : undefined;
  return { path, what: UNKNOWN, expected: [...new Set(names)].join(", "), todo };
}

/** The option at a path; of several kinds, one with all their parts. */
function at(options: OptionNode, path: readonly PropertyKey[]): OptionNode {
  return path.reduce<OptionNode>((node, key) => {
    const parts = partsOf(node, key);
    return parts.length === 1 ? parts[0] : { anyOf: parts };
  }, options);
}

const KINDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  array: "a list",
  object: "options, `name: value`",
  tuple: "a list",
};

const kindOf = (type: string): string => KINDS[type] ?? type;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

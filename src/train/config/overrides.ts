import { type Document, isCollection, isMap, isSeq, parseDocument } from "yaml";
import { UsageError } from "../../errors.ts";

/**
 * Set one option of a document: `optimizer.lr=1e-3`, `corpora.0.weight=2`, `sensors=[eeg, ecg]`; the value is YAML. `init=null` takes an option out.
 * @throws UsageError for an assignment that is none, or that leads through something without parts
 */
export function applyOverride(document: Document, assignment: string): void {
  const equals = assignment.indexOf("=");
  const path = assignment.slice(0, Math.max(equals, 0)).trim().split(".");
  if (equals < 0 || path.some((name) => name === "")) {
    throw wrong(assignment, "is not an assignment", "path.to.option=value");
  }
  const value = parseDocument(assignment.slice(equals + 1), { prettyErrors: false });
  if (value.errors.length > 0 || value.warnings.length > 0)
    throw wrong(assignment, "has a value that is not sound YAML");
  checkWay(document, path, assignment);
  const [way, plain] = [path.map(toKey), value.toJS({ maxAliasCount: 100 }) as unknown];
  if (plain === null) document.deleteIn(way);
  else document.setIn(way, document.createNode(plain));
}

const toKey = (name: string): string | number => (/^\d{1,6}$/.test(name) ? Number(name) : name);

/** Every step but the last leads into a map or a list, or to nothing yet; places of lists are not skipped. */
function checkWay(document: Document, path: readonly string[], assignment: string): void {
  for (let depth = 0; depth < path.length; depth++) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth).map(toKey), true);
    if (node === undefined || node === null) return;
    const way = path.slice(0, depth).join(".");
    if (!isCollection(node)) throw wrong(assignment, `leads through ${way}, which has no parts`);
    const key = toKey(path[depth]);
    if (isSeq(node) && !(typeof key === "number" && key <= node.items.length)) {
      throw wrong(assignment, `does not name a place of the list ${way}`, `0 to ${node.items.length}`);
    }
    if (isMap(node) && typeof key === "number") throw wrong(assignment, `${way || "the configuration"} is not a list`);
  }
}

function wrong(assignment: string, what: string, expected?: string): UsageError {
  return new UsageError({ where: `--set ${assignment}`, what, expected });
}

/** What a strict reader of XML finds wrong with a text; undefined where it is well formed. Knows what SVG files of ours can hold. */
export function xmlProblem(text: string): string | undefined {
  const open: string[] = [];
  let at = 0;
  let roots = 0;
  while (at < text.length) {
    const tag = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
    tag.lastIndex = at;
    const found = tag.exec(text);
    if (found !== null) {
      const [whole, closing, name, attributes, empty] = found;
      const names = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, key]) => key);
      if (new Set(names).size < names.length) return `an attribute twice at ${at}`;
      const problem = textProblem(attributes);
      if (problem !== undefined) return `${problem} at ${at}`;
      if (closing !== "" && open.pop() !== name) return `</${name}> at ${at} closes another element`;
      if (closing === "" && open.length === 0) roots++;
      if (closing === "" && empty === "") open.push(name);
      at += whole.length;
      continue;
    }
    const next = text.indexOf("<", at);
    const end = next < 0 ? text.length : next;
    if (end === at) return `a stray < at ${at}`;
    const content = text.slice(at, end);
    if (open.length === 0 && content.trim() !== "") return `text outside the root at ${at}`;
    const problem = textProblem(content);
    if (problem !== undefined) return `${problem} at ${at}`;
    at = end;
  }
  if (open.length > 0) return `<${open.at(-1)}> is not closed`;
  return roots === 1 ? undefined : `${roots} roots`;
}

function textProblem(text: string): string | undefined {
  if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(text)) return "a bare &";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids them
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) return "a forbidden character";
  return /\p{Cs}/u.test(text) ? "a lone surrogate" : undefined;
}

/** The texts that a picture shows, in order. */
export const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

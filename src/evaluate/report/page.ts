import { html, type Markup, raw } from "./markup.ts";
import { STYLE } from "./style.ts";

/** The small print. */
export const footer = (notes: readonly string[]): Markup =>
  html`<footer><p><strong>Research software, not a medical device.</strong> ${notes.join(" · ")}</p></footer>`;

/** A whole page: it asks nothing of any network. */
export const page = (title: string, body: Markup): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`.text;

import { createHash } from 'node:crypto';
import type { FrontPageGroup } from '../address-list.ts';

interface PageShell {
  readonly html: string;
  /** What the browser is told to refuse: the page asks nobody but this server. */
  readonly policy: string;
}

/** What the script finds in the page when it starts. */
export interface PageStart {
  readonly version: string;
  /** By kind the line for a shell that sends an event of it, with `ORIGIN` where this server's address belongs. */
  readonly examples: Readonly<Record<string, string>>;
  /** It may kill the engine, to see that nothing gets lost. */
  readonly demo: boolean;
}

interface PageShellParts {
  readonly style: string;
  /** The one that the page begins with, and then those that it cannot begin without. */
  readonly scriptUrls: readonly string[];
  readonly start: PageStart;
  /** What else this server has, with `ORIGIN` where its address belongs. */
  readonly links: readonly FrontPageGroup[];
}

/** The browser knows the address under which it sees this server; the server does not. */
export const ORIGIN = 'http://lakegate.invalid';

/**
 * The page as it is before its script runs: its frame, so that the first paint is what stays, and the addresses of everything else here.
 * The style is inline, so that nothing moves when it would come; its hash is what lets it in.
 */
export function pageShell(parts: PageShellParts): PageShell {
  return { html: shellHtml(parts), policy: policyWith(parts.style) };
}

function shellHtml({ style, scriptUrls, start, links }: PageShellParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Lakegate</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="What comes in, what it adds up to, and the proof that nothing was lost or counted twice.">
<link rel="icon" href="${ICON}">
${scriptUrls.map((url) => `<link rel="modulepreload" href="${url}">`).join('\n')}
<style>${style}</style>
<script type="module" src="${scriptUrls[0] ?? ''}"></script>
<script type="application/json" id="start">${JSON.stringify(start).replaceAll('<', '\\u003c')}</script>
</head>
<body>
<div id="page"><header class="top"><span class="wordmark">Lakegate</span></header><main class="waiting"><div class="hero"></div></main></div>
<noscript><p class="note">The live view needs JavaScript; everything below does not.</p></noscript>
<footer class="links"><details><summary>Everything on this server</summary>
${links.map(linkGroup).join('\n')}
</details></footer>
</body>
</html>
`;
}

function linkGroup({ title, urls }: FrontPageGroup): string {
  return `<section><h2>${escaped(title)}</h2><ul>${urls.map((url) => `<li>${linkTo(url)}</li>`).join('')}</ul></section>`;
}

function linkTo(url: string): string {
  const path = escaped(url.replace(ORIGIN, ''));
  return url.startsWith('POST ') ? `<code>${path}</code>` : `<a href="${path}">${path}</a>`;
}

function policyWith(style: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "img-src 'self' data:",
    // Fetch and the WebSocket to the same host and port.
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A gate over water. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0f7ea8" stroke-width="2" stroke-linecap="round">' +
      '<path d="M4 20V9a8 8 0 0 1 16 0v11M9 20v-9m6 9v-9M2 20h20"/></svg>',
  );

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

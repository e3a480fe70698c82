import type { PageRoutesOptions } from './page-routes.ts';

/** What is here, for whoever opens `/`: in a browser, or with curl. */
export function frontPage(
  { model, queries }: PageRoutesOptions,
  baseUrl: string,
): { readonly text: string; readonly html: string } {
  const kinds = model.kinds.map((kind) => kind.singular);
  const lines = [
    ['GraphQL', `${baseUrl}/graphql`],
    ['Send events', ...kinds.map((kind) => `POST ${baseUrl}/ingest/${kind}`)],
    [
      'Queries as files, in CSV, JSON and Parquet',
      `${baseUrl}/q`,
      ...queries.map(({ name }) => `${baseUrl}/q/${name}.csv`),
    ],
    ['What an event looks like', ...kinds.map((kind) => `${baseUrl}/schema/${kind}.json`)],
    ['Health', `${baseUrl}/healthz`, `${baseUrl}/readyz`],
    ['Figures for Prometheus', `${baseUrl}/metrics`],
    ['Version', `${baseUrl}/version`],
  ] as const;
  const text = lines.map(([title, ...urls]) => `${title}\n${urls.map((url) => `  ${url}\n`).join('')}`).join('\n');
  const html = lines
    .map(([title, ...urls]) => `<h2>${title}</h2><ul>${urls.map((url) => `<li>${linked(url)}</li>`).join('')}</ul>`)
    .join('');
  return { text: `Lakegate\n\n${text}`, html: document('Lakegate', html) };
}

function linked(url: string): string {
  return url.startsWith('POST ') ? `<code>${escaped(url)}</code>` : `<a href="${escaped(url)}">${escaped(url)}</a>`;
}

function document(title: string, body: string): string {
  const style =
    'body{font:16px/1.5 system-ui,sans-serif;max-width:44em;margin:3em auto;padding:0 1em}h2{font-size:1em}';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><style>${style}</style><h1>${title}</h1>${body}</html>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

import type { EventModel } from '../../model/event-model.ts';
import { exampleOperations } from './example-operations.ts';
import { OPENED_AT, startHere } from './start-here.ts';

/** GraphiQL, with a tab to start in and one of example operations for each declared kind. What it needs is at /graphiql, on this server. */
export function graphiqlPage(model: EventModel): string {
  const first = startHere(model);
  const options = {
    title: 'Lakegate',
    logo: LOGO,
    defaultTabs: [
      ...(first === null ? [] : [first]),
      ...model.kinds.map((kind) => ({ query: exampleOperations(kind) })),
    ],
    defaultQuery: '',
    shouldPersistHeaders: false,
    subscriptionsProtocol: 'WS',
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Lakegate: GraphQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="graphiql/style.css">
</head>
<body id="body" class="no-focus-outline">
<noscript>This page needs JavaScript. Programs send POST with {"query": …} to this address.</noscript>
<div id="root"></div>
<script type="application/json" id="options">${JSON.stringify(options).replaceAll('<', '\\u003c')}</script>
<script src="graphiql/app.js"></script>
<script src="graphiql/start.js"></script>
</body>
</html>
`;
}

const LOGO =
  '<svg viewBox="0 0 24 24" width="26" height="26" fill="none" stroke="currentColor" stroke-width="2">' +
  '<path d="M4 21V9a8 8 0 0 1 16 0v12M9 21v-9m6 9v-9M2 21h20"/></svg>';

/** The browser itself sees to it that the page asks nobody but this server. The editor sets styles inline and has its font as data. */
export const GRAPHIQL_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * What the page runs when the module is there. Workers are files like the rest. What is typed is kept by the browser and not, as the module
 * would have it, in the address: a long query would make one that no server takes. The variables of the first tab are said once more to a
 * browser that keeps no tabs yet, because the module shows those of a tab only when somebody comes back to it.
 */
export const GRAPHIQL_START = `self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => new URL('graphiql/worker-' + label + '.js', location.href).href,
};
const openedAt = new Date().toISOString().slice(0, 19) + '.000000Z';
const options = JSON.parse(document.getElementById('options').textContent.replaceAll('${OPENED_AT}', openedAt));
YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  ...options,
  variables: localStorage.getItem('graphiql:tabState') === null ? options.defaultTabs[0]?.variables : undefined,
  onEditQuery() {},
});
`;

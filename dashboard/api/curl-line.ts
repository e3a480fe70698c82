import type { Operation } from './operation.ts';

/** The line for a shell that asks the same. */
export function curlLine<Data, Variables>(
  { text }: Operation<Data, Variables>,
  variables: Variables,
  origin: string,
): string {
  const query = text.replace(/\s+/g, ' ').trim();
  const body = JSON.stringify({ query, variables }).replaceAll("'", "'\\''");
  return `curl -s -H 'content-type: application/json' '${origin}/graphql' -d '${body}'`;
}

/** What one pastes into GraphiQL: the operation, and its variables if it has any. */
export function operationText<Data, Variables>({ text }: Operation<Data, Variables>, variables: Variables): string {
  const said = JSON.stringify(variables, null, 2);
  return said === '{}' ? text : `${text}\n\n# Variables\n${said.replace(/^/gm, '# ')}`;
}

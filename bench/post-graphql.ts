export interface GraphqlAnswer {
  readonly data: unknown;
  /** Of the cache: hit or miss. */
  readonly outcome: string | null;
}

/** As any program asks, to the end of the parsed answer. */
export async function postGraphql(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { readonly data?: unknown; readonly errors?: unknown };
  if (errors !== undefined) throw new Error(`expected an answer, got ${JSON.stringify(errors)}`);
  return { data, outcome: response.headers.get('lakegate-cache') };
}

import { pause } from './bulk-client.ts';

/** Asks the server's GraphQL door, as any client would. Errors that say when to come again are heeded until `patienceMs` is over. */
export async function askGraphql<Data>(
  url: string,
  request: {
    readonly query: string;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly patienceMs?: number;
  },
): Promise<Data> {
  const givenUpAt = performance.now() + (request.patienceMs ?? 60_000);
  for (;;) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
      body: JSON.stringify({ query: request.query, variables: request.variables ?? {} }),
    });
    const answer = (await response.json()) as GraphqlAnswer<Data>;
    if (answer.errors === undefined && answer.data !== undefined) return answer.data;
    const retryAfterMs = answer.errors?.[0]?.extensions?.retryAfterMs;
    if (retryAfterMs === undefined || performance.now() + retryAfterMs > givenUpAt) {
      throw new Error(`GraphQL answered ${response.status}: ${JSON.stringify(answer.errors ?? answer).slice(0, 1000)}`);
    }
    await pause(retryAfterMs);
  }
}

interface GraphqlAnswer<Data> {
  readonly data?: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number };
  }[];
}

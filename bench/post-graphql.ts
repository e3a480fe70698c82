import { type Agent, type IncomingMessage, request } from 'node:http';

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
  return { data: dataOf(await response.text()), outcome: response.headers.get('lakegate-cache') };
}

/** The same on connections of this agent. */
export async function postGraphqlBy(
  agent: Agent,
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<GraphqlAnswer> {
  const body = JSON.stringify({ query, variables });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}/graphql`, { method: 'POST', agent, headers }, resolve).once('error', reject).end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const outcome = response.headers['lakegate-cache'];
  return {
    data: dataOf(Buffer.concat(chunks).toString('utf8')),
    outcome: typeof outcome === 'string' ? outcome : null,
  };
}

function dataOf(text: string): unknown {
  const { data, errors }: { readonly data?: unknown; readonly errors?: unknown } = JSON.parse(text);
  if (errors !== undefined) throw new Error(`expected an answer, got ${JSON.stringify(errors)}`);
  return data;
}

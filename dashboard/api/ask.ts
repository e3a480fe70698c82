import { AskError } from './ask-error.ts';
import type { Operation } from './operation.ts';

/** Asks once. Whatever goes wrong is an AskError that can be shown. */
export async function ask<Data, Variables>(
  { text }: Operation<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const { data, errors } = await send(JSON.stringify({ query: text, variables }), signal);
  const [error] = errors ?? [];
  if (error !== undefined) throw AskError.of(error);
  // The server checks every answer against the schema that the type was made from.
  return data as Data;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}

async function send(body: string, signal: AbortSignal | undefined): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers,
      body,
      ...(signal === undefined ? {} : { signal }),
    });
    return (await response.json()) as Answer;
  } catch (error) {
    throw new AskError('UNREACHABLE', 'The server does not answer.', { cause: error });
  }
}

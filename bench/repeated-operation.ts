import type { Child } from './child.ts';
import { postRequest } from './keep-alive-client.ts';
import { postGraphql } from './post-graphql.ts';
import { CONNECTIONS, requestsPerSecond } from './requests-per-second.ts';
import { median } from './statistics.ts';

export interface RepeatedFigures {
  /** Answers a second to one operation that is asked again and again. */
  readonly cached: number;
  /** Of a constant field by Apollo Server alone. */
  readonly constant: number;
  /** Median over the rounds of the ratio within a round. */
  readonly ratio: number;
  readonly connections: number;
}

const OPERATION = `query Repeated($from: DateTime!, $to: DateTime!) {
  transactionMetrics(range: {from: $from, to: $to}, every: "1d", by: [CURRENCY]) { rows { start currency count revenue final } }
}`;

/** Alternates between the two, so that both see the same weather; the callers share the machine with them. */
export async function measureRepeatedOperation(options: {
  readonly product: Child;
  readonly apollo: Child;
  readonly range: { readonly from: string; readonly to: string };
  readonly rounds: number;
  readonly requests: number;
}): Promise<RepeatedFigures> {
  const { product, apollo, range, requests } = options;
  const repeated = manyOf(requests, '/graphql', { query: OPERATION, variables: range });
  const constant = manyOf(requests, '/', { query: '{ hello }' });
  await postGraphql(product.url, OPERATION, range);
  const { outcome } = await postGraphql(product.url, OPERATION, range);
  if (outcome !== 'hit') throw new Error(`expected the operation to be in the cache, got ${outcome}`);
  const rounds: { readonly cached: number; readonly constant: number }[] = [];
  // The first round warms both and is not counted.
  for (let round = 0; round <= options.rounds; round++) {
    const figures = {
      constant: await requestsPerSecond(apollo.url, constant),
      cached: await requestsPerSecond(product.url, repeated),
    };
    if (round > 0) rounds.push(figures);
  }
  return {
    cached: median(rounds.map((round) => round.cached)),
    constant: median(rounds.map((round) => round.constant)),
    ratio: median(rounds.map((round) => round.cached / round.constant)),
    connections: CONNECTIONS,
  };
}

function manyOf(count: number, path: string, body: object): readonly Uint8Array[] {
  return new Array<Uint8Array>(count).fill(postRequest(path, JSON.stringify(body)));
}

import type { ApolloClient } from '@apollo/client/core';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { defer, map, type Observable, retry, tap, throwError, timer } from 'rxjs';
import type { MetricsUpdate } from './apply-update.ts';
import { REVENUE_LIVE } from './operations.ts';

const AGAIN_MS = 500;

/** A live question that outlives its connection: each time from the cursor of the last message that was read. */
export function liveRevenue(client: ApolloClient, category: string): Observable<MetricsUpdate> {
  let after: string | null = null;
  return defer(() =>
    client.subscribe({ query: REVENUE_LIVE, variables: { category, after }, fetchPolicy: 'no-cache' }),
  ).pipe(
    map(({ data, error }) => {
      if (data === undefined || data === null) throw error;
      return data.transactionMetrics;
    }),
    tap(({ cursor }) => {
      after = cursor;
    }),
    // What the server says about the question is no better the next time.
    retry({ delay: (error) => (CombinedGraphQLErrors.is(error) ? throwError(() => error) : timer(AGAIN_MS)) }),
  );
}

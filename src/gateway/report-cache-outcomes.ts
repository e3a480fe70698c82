import type { ApolloServerPlugin } from '@apollo/server';
import type { OperationReads } from '../analytics/standing/operation-reads.ts';
import type { GatewayContext } from './context.ts';

/**
 * `Lakegate-Cache: hit, miss`: what became of each question of the request, as a header, because the body never says it. And tells the request's
 * own record when all of a query was answered: only then may the answer be kept as a whole.
 */
export const reportCacheOutcomes: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response, contextValue, operation }) {
        const { reads } = contextValue;
        if (reads.outcomes.length > 0) response.http.headers.set('lakegate-cache', outcomesText(reads.outcomes));
        const { body } = response;
        const answered = body.kind === 'single' && body.singleResult.errors === undefined;
        if (operation?.operation === 'query' && answered) reads.whole();
      },
    };
  },
};

/** Word by word, or how many of each: clients take some 16 KiB of headers and no more. */
export function outcomesText(outcomes: OperationReads['outcomes']): string {
  if (outcomes.length <= WORDS_MAX) return outcomes.join(', ');
  const hits = outcomes.filter((outcome) => outcome === 'hit').length;
  return `hit ${hits}, miss ${outcomes.length - hits}`;
}

/** A dashboard has some dozen panels. */
const WORDS_MAX = 20;

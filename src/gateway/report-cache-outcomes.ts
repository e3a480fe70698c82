import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from './context.ts';

/** `Lakegate-Cache: hit, miss`: what became of each metrics question of the request, as a header, because the body never says it. */
export const reportCacheOutcomes: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response, contextValue }) {
        const { cacheOutcomes } = contextValue;
        if (cacheOutcomes.length > 0) response.http.headers.set('lakegate-cache', cacheOutcomes.join(', '));
      },
    };
  },
};

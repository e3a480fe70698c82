import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import type { FormattedExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface Connected {
  readonly client: Client;
  /** Ends the socket as a network does that goes away: without a word. */
  loseConnection(): void;
  close(): Promise<void>;
}

/** Queries and mutations by HTTP, subscriptions by one WebSocket, both at the same URL. */
export function connect(url: string): Connected {
  let socket: WebSocket | null = null;
  const subscriptions = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    // It would subscribe again as it did the first time. Who reads goes on from the last cursor: see resumable.ts.
    retryAttempts: 0,
    on: {
      connected: (opened) => {
        if (opened instanceof WebSocket) socket = opened;
      },
    },
  });
  const overWebSocket = subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: (sink) => {
        const next = (result: FormattedExecutionResult) => sink.next({ ...result, data: result.data ?? null });
        return { unsubscribe: subscriptions.subscribe({ query, variables }, { ...sink, next }) };
      },
    }),
  });
  return {
    client: new Client({ url, preferGetMethod: false, exchanges: [fetchExchange, overWebSocket] }),
    loseConnection: () => socket?.terminate(),
    close: async () => subscriptions.dispose(),
  };
}

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

// Apollo's link looks at the WebSocket that browsers have, and Node from 22 on.
if (!('WebSocket' in globalThis)) Object.assign(globalThis, { WebSocket });

export interface Connected {
  readonly client: ApolloClient;
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
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(subscriptions),
    new HttpLink({ uri: url }),
  );
  // The cache would take rows of two questions for one where their ids are equal. The id of a row is one within its answer.
  const cache = new InMemoryCache({ typePolicies: { TransactionMetricsRow: { keyFields: false } } });
  return {
    client: new ApolloClient({ link, cache }),
    loseConnection: () => socket?.terminate(),
    close: async () => subscriptions.dispose(),
  };
}

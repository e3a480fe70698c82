import type { ApolloServerPlugin, GraphQLResponse, HTTPGraphQLHead } from '@apollo/server';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from '../context.ts';

/**
 * Lets Apollo judge a subscription as it judges everything, with its limits, its rules and what else looks at a request, and hands it over at
 * the point where it would be executed. Asked for over plain HTTP it is told where subscriptions are answered.
 */
export interface SubscriptionHandOver {
  readonly plugin: ApolloServerPlugin<GatewayContext>;
  /** Of the operation that was executed with this context. Null: it was none, or was refused. */
  handedOver(context: GatewayContext): JudgedSubscription | null;
  /** What is asked with this context is refused unless it is a subscription, before it is executed. */
  expectSubscription(context: GatewayContext): void;
}

export interface JudgedSubscription {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

export function handOverSubscriptions(): SubscriptionHandOver {
  // By what only this operation has in its context: Apollo works with a copy of the context itself.
  const judged = new WeakMap<GatewayContext['reads'], JudgedSubscription>();
  const expecting = new WeakSet<GatewayContext['reads']>();
  return {
    handedOver: ({ reads }) => judged.get(reads) ?? null,
    expectSubscription: ({ reads }) => expecting.add(reads),
    plugin: {
      async requestDidStart() {
        return {
          async responseForOperation({ contextValue, document, operation, response }) {
            // Apollo says that there always is one; of several of which none is named there is none, and that is told by who executes.
            const named: OperationDefinitionNode | undefined = operation;
            if (named?.operation !== 'subscription') {
              return expecting.has(contextValue.reads) ? refusal(response.http, ONLY_SUBSCRIPTIONS) : null;
            }
            judged.set(contextValue.reads, { document, operation: named });
            return refusal(response.http, NOT_HERE);
          },
        };
      },
    },
  };
}

const NOT_HERE =
  'expected a query or a mutation; subscriptions are answered over WebSocket here, and at /graphql/stream';
const ONLY_SUBSCRIPTIONS = 'GET /graphql/stream: expected a subscription; anything else goes to POST';

function refusal(http: HTTPGraphQLHead, message: string): GraphQLResponse {
  http.status = 400;
  const errors = [{ message, extensions: { code: 'BAD_REQUEST' } }];
  return { http, body: { kind: 'single', singleResult: { errors } } };
}

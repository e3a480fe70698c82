import { ApolloServer, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../platform/telemetry.ts';
import { retryAfterSeconds } from './answer-error.ts';
import { clientGone } from './client-gone.ts';
import type { GatewayContext } from './context.ts';
import { GRAPHIQL_POLICY } from './graphiql/graphiql-page.ts';
import { bytesOf, takeJsonBodies } from './json-bodies.ts';
import type { KeptOperations } from './kept-operations.ts';
import { limitNesting } from './limit-nesting.ts';
import { maskError } from './mask-error.ts';

interface GraphqlDoorOptions {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  /** Called once a request; `bytes` is its body as it came (null for GET). */
  readonly contextOf: (bytes: Uint8Array | null, gone?: AbortSignal) => GatewayContext;
  /** GET in a browser. */
  readonly page: string;
  readonly plugins: readonly ApolloServerPlugin<GatewayContext>[];
  /** Without it every operation is executed. */
  readonly keptOperations?: KeptOperations;
}

/** Puts `/graphql` on the server: POST for programs, GET for queries with Apollo's protection, GET in a browser for GraphiQL. */
export async function addGraphqlDoor(
  server: FastifyInstance,
  options: GraphqlDoorOptions,
): Promise<ApolloServer<GatewayContext>> {
  const apollo = createApolloServer(options);
  await apollo.start();
  const { page, contextOf, keptOperations: kept } = options;
  await routeGraphql(server, apollo, {
    page,
    contextOf: (bytes, request) =>
      kept === undefined ? contextOf(bytes, clientGone(request)) : kept.contextOf(request, bytes),
    ...(kept === undefined ? {} : { install: kept.install }),
  });
  return apollo;
}

interface GraphqlRouteOptions<Context extends BaseContext> {
  readonly contextOf: (bytes: Uint8Array | null, request: FastifyRequest) => Context | Promise<Context>;
  readonly page: string;
  /** Puts hooks on the scope of the route. */
  readonly install?: (door: FastifyInstance) => void;
}

/** The HTTP half of the door, in front of any Apollo Server that has started. */
export async function routeGraphql<Context extends BaseContext>(
  server: FastifyInstance,
  apollo: ApolloServer<Context>,
  { contextOf, page, install }: GraphqlRouteOptions<Context>,
): Promise<void> {
  await server.register(async (door) => {
    takeJsonBodies(door);
    install?.(door);
    const answer = fastifyApolloHandler(apollo, { context: async (request) => contextOf(bytesOf(request), request) });
    door.route({
      method: ['GET', 'POST'],
      url: '/graphql',
      async handler(request, reply) {
        return wantsPage(request) ? sendPage(reply, page) : await answer.call(door, request, reply);
      },
    });
  });
}

function createApolloServer({ schema, logger, plugins }: GraphqlDoorOptions): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    schema,
    logger,
    nodeEnv: 'production',
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    maxRecursiveSelections: true,
    parseOptions: { maxTokens: TOKENS_MAX },
    formatError: maskError(logger),
    plugins: [
      // An APOLLO_KEY that happens to be in the environment must not make this process talk to anybody.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      // It looks at each field of each row, to find out what is the same for every answer.
      ApolloServerPluginCacheControlDisabled(),
      limitNesting,
      neverStored,
      sayWhenToRetry,
      ...plugins,
    ],
  });
}

/** About 3,000 events written inline; the parser gives up there, some 20 ms in. Variables are not tokens: they may hold more. */
export const TOKENS_MAX = 100_000;

/** A program that GETs a query never asks for HTML; a browser does, also with `?query=` of a link that GraphiQL opens. */
function wantsPage(request: FastifyRequest): boolean {
  return request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply.header('Content-Security-Policy', GRAPHIQL_POLICY).type('text/html; charset=utf-8').send(page);
}

/** How old an answer may be is between the caller and our cache; nobody between them knows when it is no longer right. */
const neverStored: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response }) {
        response.http.headers.set('cache-control', 'no-store');
      },
    };
  },
};

/** The answer of a refused request says when to come back, for clients that look at headers and not into `extensions`. */
const sayWhenToRetry: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response }) {
        if (response.body.kind !== 'single') return;
        const waits = (response.body.singleResult.errors ?? []).map((error) => error.extensions?.retryAfterMs);
        const longest = Math.max(...waits.filter((wait) => typeof wait === 'number'));
        if (Number.isFinite(longest)) response.http.headers.set('retry-after', retryAfterSeconds(longest));
      },
    };
  },
};

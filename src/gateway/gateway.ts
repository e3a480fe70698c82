import type { ApolloServer, ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { LakegateError } from '../platform/errors.ts';
import type { Logger } from '../platform/telemetry.ts';
import { addPageRoutes } from './about-routes.ts';
import type { GatewayContext } from './context.ts';
import { addDemoRoute, type DemoControls } from './demo-route.ts';
import { graphiqlPage } from './graphiql/graphiql-page.ts';
import { addGraphiqlRoutes } from './graphiql/graphiql-routes.ts';
import { addGraphqlDoor } from './graphql-door.ts';
import { addHealthRoutes, type HealthSources } from './health.ts';
import { createHttpServer } from './http-server.ts';
import { addIngestRoute, type IngestRouteOptions } from './ingest-route.ts';
import type { KeptOperations } from './kept-operations.ts';
import { handOverSubscriptions } from './live/hand-over-subscriptions.ts';
import { type LiveDoors, openLiveDoors } from './live/live-doors.ts';
import { LiveTraffic } from './live/live-traffic.ts';
import { addMetricsRoute, type MetricsText } from './metrics/metrics-route.ts';
import { addPageRoute, type PageSources } from './page/page-route.ts';
import type { NamedQuery } from './queries/named-queries.ts';
import { addQueryRoutes } from './queries/query-routes.ts';

interface GatewayOptions extends IngestRouteOptions, ListenOptions, Omit<PageSources, 'isDemo'> {
  readonly schema: GraphQLSchema;
  readonly queries: readonly NamedQuery[];
  /** Of one operation; without a tenant it is the default one's. */
  readonly contextOf: (bytes: Uint8Array | null, gone?: AbortSignal, tenant?: string) => GatewayContext;
  readonly plugins: readonly ApolloServerPlugin<GatewayContext>[];
  readonly keptOperations?: KeptOperations;
  readonly health: HealthSources;
  readonly metrics: MetricsText;
  /** Without it nobody looks at what the live doors count. */
  readonly liveTraffic?: LiveTraffic;
  /** Nothing where this is no demo. */
  readonly demo?: DemoControls | null;
  readonly logger: Logger;
}

interface ListenOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
}

export interface Gateway {
  /** Where it answers, with the port that was really taken. */
  readonly url: string;
  /** Takes no new request and lets those being answered finish; who is not done after `graceMs` is cut off. */
  close(graceMs: number): Promise<void>;
}

/** Opens every door on one port. BAD_CONFIG says what to do about a port that cannot be had. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createHttpServer(options.logger, options);
  options.keptOperations?.standBefore(server, options.host);
  const handOver = handOverSubscriptions();
  const plugins = [...options.plugins, handOver.plugin];
  const apollo = await addGraphqlDoor(server, { ...options, plugins, page: graphiqlPage(options.model) });
  const traffic = options.liveTraffic ?? new LiveTraffic();
  const live = await openLiveDoors(server, { ...options, apollo, handOver, traffic });
  await addQueryRoutes(server, apollo, options);
  await addIngestRoute(server, options);
  addHealthRoutes(server, options.health);
  addMetricsRoute(server, options.metrics);
  const { demo = null } = options;
  addPageRoute(server, { ...options, isDemo: demo !== null });
  if (demo !== null) await addDemoRoute(server, demo);
  addPageRoutes(server, options.model);
  addGraphiqlRoutes(server);
  await listen(server, options);
  return { url: urlOf(server), close: (graceMs) => close(server, live, apollo, graceMs) };
}

/** For a process without the gateway's role: only whether it is well, and its figures. */
export async function openHealthDoor(
  options: ListenOptions & Pick<GatewayOptions, 'health' | 'metrics' | 'logger'>,
): Promise<Gateway> {
  const server = createHttpServer(options.logger, options);
  addHealthRoutes(server, options.health);
  addMetricsRoute(server, options.metrics);
  await listen(server, options);
  return { url: urlOf(server), close: () => server.close() };
}

async function close(
  server: FastifyInstance,
  live: LiveDoors,
  apollo: ApolloServer<GatewayContext>,
  graceMs: number,
): Promise<void> {
  const cutOff = setTimeout(() => server.server.closeAllConnections(), graceMs);
  // First, because the server waits for every connection, and one that is subscribed has no end of its own.
  await live.close(graceMs / 2);
  await server.close();
  clearTimeout(cutOff);
  await apollo.stop();
}

async function listen(server: FastifyInstance, { host, port }: ListenOptions): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    await server.close();
    throw cannotListen({ host, port }, cause);
  }
}

function cannotListen({ host, port }: ListenOptions, cause: unknown): LakegateError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  const message =
    code === 'EADDRINUSE'
      ? `PORT: expected port ${port} on ${host} to be free, but another process listens there. ` +
        `Stop that one, or start with another: PORT=${port + 1}, or PORT=0 for any that is free.`
      : code === 'EACCES'
        ? `PORT: expected a port that this user may listen on (mostly 1024 and above), got ${port}`
        : `HOST: expected an address of this machine, got ${host} (${String(code ?? cause)})`;
  return new LakegateError({ code: 'BAD_CONFIG', message, cause });
}

function urlOf(server: FastifyInstance): string {
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  const host = address.address === '0.0.0.0' || address.address === '::' ? '127.0.0.1' : address.address;
  return `http://${address.family === 'IPv6' && host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

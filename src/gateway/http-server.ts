import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { LakegateError } from '../platform/errors.ts';
import type { Logger } from '../platform/telemetry.ts';
import { answerError, errorBody } from './answer-error.ts';

/**
 * The HTTP server with its limits, without any route. Whoever is slow on purpose is let go: headers must be here after 10 s and a
 * whole request after 30 s (Node's own are 60 s and 300 s), looked at every second.
 */
export function createHttpServer(logger: Logger): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger;
  const server = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 30_000,
    // No byte either way for this long: longer than any request may wait (LAKEGATE_WAIT_DEADLINE is at most 25 s).
    connectionTimeout: 60_000,
    keepAliveTimeout: 60_000,
    bodyLimit: JSON_BYTES_MAX,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16 * 1024 },
    // A connection that is only kept alive must not hold up stopping; one that is being answered may finish.
    forceCloseConnections: 'idle',
    frameworkErrors: (error, _request, reply) => answerError(reply, error, logger),
  });
  server.server.maxConnections = CONNECTIONS_MAX;
  server.setErrorHandler((error, _request, reply) => answerError(reply, error, logger));
  server.setNotFoundHandler((request, reply) => {
    const message = `expected one of the routes that / lists, got ${request.method} ${request.url.slice(0, 200)}`;
    return reply.code(404).send(errorBody(new LakegateError({ code: 'BAD_REQUEST', message })));
  });
  server.addHook('onRequest', async (request) => {
    // What is behind builds a URL of these two and would fail on them as if it were at fault.
    if (URL.canParse(request.url, `http://${request.host}/`)) return;
    throw new LakegateError({ code: 'BAD_REQUEST', message: 'expected a Host header and a path that make a URL' });
  });
  server.addHook('onSend', async (_request, reply) => {
    reply.header('X-Content-Type-Options', 'nosniff');
  });
  return server;
}

/** 8 MiB: about 30,000 events as GraphQL variables; more goes to the bulk door, which streams. */
const JSON_BYTES_MAX = 8 * 1024 * 1024;

/** Sockets cost about 20 KiB each while idle: 80 MiB at the most, and below the 4,096 open files of a usual system twice over. */
const CONNECTIONS_MAX = 2_000;

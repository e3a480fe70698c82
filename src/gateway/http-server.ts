import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { LakegateError } from '../platform/errors.ts';
import { openFilesMax } from '../platform/open-files.ts';
import type { Logger } from '../platform/telemetry.ts';
import { answerError, answerShown, errorBody } from './answer-error.ts';
import { noticeGoneClients } from './client-gone.ts';
import { letIdleConnectionsGo } from './idle-connections.ts';
import { misledRefusal } from './misled-request.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { publicError } from './public-error.ts';

/**
 * The HTTP server with its limits, without any route. Whoever is slow on purpose is let go: headers must be here after 10 s and a
 * whole request after 30 s (Node's own are 60 s and 300 s). A route that is STREAMED sees to pauses itself and has ten minutes in all.
 */
export function createHttpServer(
  logger: Logger,
  { host = '127.0.0.1', requestMs = REQUEST_MS, idleMs = IDLE_MS }: HttpServerOptions = {},
): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger;
  const server = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: STREAMED_REQUEST_MS,
    clientErrorHandler: (error, socket) => refuseBytes(socket, error.code),
    connectionTimeout: idleMs,
    keepAliveTimeout: idleMs,
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
    if (hasUrl(request.url, request.host)) return;
    throw new LakegateError({ code: 'BAD_REQUEST', message: 'expected a Host header and a path that make a URL' });
  });
  server.addHook('onRequest', async ({ headers }, reply) => {
    const refusal = misledRefusal(host, headers.host);
    return refusal === null ? undefined : answerShown(reply, publicError(refusal.error, logger), refusal.status);
  });
  server.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config !== undefined && 'streamed' in request.routeOptions.config) return;
    limitTime(request.raw, reply.raw, requestMs);
  });
  refuseOtherMethods(server);
  letIdleConnectionsGo(server);
  noticeGoneClients(server);
  server.addHook('onSend', async (_request, reply) => {
    reply.header('X-Content-Type-Options', 'nosniff');
  });
  return server;
}

interface HttpServerOptions {
  /** Where it will listen: on this machine alone it answers under no other name. */
  readonly host?: string;
  readonly requestMs?: number;
  /** How long a connection stays on which nothing moves, and nothing is being worked on. */
  readonly idleMs?: number;
}

/** What is behind builds a URL of these two and would fail on them as if it were at fault. */
export function hasUrl(path: string, host: string | undefined): boolean {
  return URL.canParse(path, `http://${host ?? ''}/`);
}

/** The config of a route that takes bodies of any length. */
export const STREAMED = { streamed: true } as const;

/** 64 MiB, the usual limit of a bulk body, in ten minutes are 0.9 Mbit/s. */
const STREAMED_REQUEST_MS = 10 * 60_000;
const REQUEST_MS = 30_000;
const IDLE_MS = 60_000;

/** Most requests are here as a whole when they begin, and need no timer. */
function limitTime(request: IncomingMessage, response: ServerResponse, requestMs: number): void {
  const { headers } = request;
  if (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0') return;
  const timer = setTimeout(() => {
    if (request.complete) return;
    // Behind an answer that has begun, a second one would be taken for a part of it.
    if (response.headersSent) request.socket.destroy();
    else refuseBytes(request.socket, TIMED_OUT);
  }, requestMs);
  // A request that this process asks of itself has no connection that would close.
  for (const arrived of ['end', 'close']) request.once(arrived, () => clearTimeout(timer));
}

const TIMED_OUT = 'ERR_HTTP_REQUEST_TIMEOUT';

/** Answers bytes that did not become a request, or not in time, without the request that an answer otherwise belongs to. */
function refuseBytes(socket: Socket, code: string | undefined): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  const [status, message] = REFUSALS.get(code ?? '') ?? MALFORMED;
  const body = JSON.stringify(errorBody(new LakegateError({ code: 'BAD_REQUEST', message })));
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}`;
  if (socket.writable) socket.write(`${head}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`);
  socket.destroySoon();
}

const MALFORMED = ['400 Bad Request', 'expected a request of HTTP/1.1'] as const;

const REFUSALS: ReadonlyMap<string, readonly [status: string, message: string]> = new Map([
  [TIMED_OUT, ['408 Request Timeout', 'expected the whole request within its time, got a part of it; send it again']],
  ['HPE_HEADER_OVERFLOW', ['431 Request Header Fields Too Large', 'expected headers of at most 16 KiB, got more']],
]);

/** 8 MiB: about 30,000 events as GraphQL variables; more goes to the bulk door, which streams. */
const JSON_BYTES_MAX = 8 * 1024 * 1024;

/**
 * 6,000 that live for long (5,000 pages and room for those that come back before their old connection is known to be dead, some 60 KiB each with
 * an operation or two) and 2,000 for requests (about 20 KiB each while idle): 400 MiB at the most. Fewer where the system allows fewer open
 * files: with no file left, the log could not open its next segment, and that is what a crowd must never bring about.
 */
const CONNECTIONS_MAX = connectionsWithin(openFilesMax() ?? Number.POSITIVE_INFINITY);

/** WebSockets and event streams. The rest is for requests. */
export const LIVE_CONNECTIONS_MAX = Math.floor((CONNECTIONS_MAX * 3) / 4);

/** A thousand files for everything else, or half of them where there are only a few thousand. */
export function connectionsWithin(openFiles: number): number {
  return Math.min(8_000, Math.max(openFiles - 1_000, Math.floor(openFiles / 2)));
}

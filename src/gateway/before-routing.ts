import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

interface EarlyAnswers {
  /** Says by the head alone which requests are worth a look. Called for each; those others are routed at once. */
  concerns(request: IncomingMessage): boolean;
  /** True if it has answered. False leaves the request to its route, and so does an error, which the route meets again. */
  answer(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): Promise<boolean>;
  /** What is longer is not shown. */
  readonly bytesMax: number;
}

/**
 * Shows requests that came in one piece before they are routed: the hooks, parsers and timers of a route cost three times what an answer does that
 * is there already. What is not answered here is routed as if nobody had looked. So is a body that is long or slow, unread, because limits and
 * deadlines are with the routes; and everything while the server closes, because refusing is there too.
 */
export function answerBeforeRouting(server: FastifyInstance, early: EarlyAnswers): void {
  const http = server.server;
  http.removeAllListeners('request');
  http.on('request', (request, response) => {
    if (!early.concerns(request)) return server.routing(request, response);
    // The parser hands out a request when it has the head, and only then goes on with what came in the same piece.
    setImmediate(() => {
      const isWhole = request.complete && request.readableLength <= early.bytesMax;
      if (isWhole && http.listening) void answerOrRoute(server, early, request, response);
      else server.routing(request, response);
    });
  });
}

async function answerOrRoute(
  server: FastifyInstance,
  early: EarlyAnswers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const bytes = takeBytes(request);
  if (await early.answer(request, response, bytes).catch(() => false)) return;
  // Whoever has gone away meanwhile took the body along, which a route would wait for.
  if (request.destroyed) return;
  if (bytes.length > 0) request.unshift(bytes);
  server.routing(request, response);
}

/** Exactly as many as are there: a stream that was not asked for more has not ended, and takes them back. */
function takeBytes(request: IncomingMessage): Uint8Array {
  const { readableLength } = request;
  const bytes: unknown = readableLength === 0 ? null : request.read(readableLength);
  return Buffer.isBuffer(bytes) ? bytes : NO_BYTES;
}

const NO_BYTES = new Uint8Array();

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * A connection on which nothing moves for the server's `connectionTimeout` is let go, unless its request is being worked on: then it is this process that is
 * slow. Whoever is slow to send has deadlines of his own.
 */
export function letIdleConnectionsGo(server: FastifyInstance): void {
  const answers = new WeakMap<Socket, ServerResponse>();
  server.addHook('onRequest', async (request, reply) => {
    answers.set(request.raw.socket, reply.raw);
  });
  server.server.on('timeout', (socket: Socket) => {
    const answer = answers.get(socket);
    const isWorkedOn = answer !== undefined && !answer.headersSent && !answer.closed;
    if (isWorkedOn) socket.setTimeout(server.server.timeout);
    else socket.destroy();
  });
}

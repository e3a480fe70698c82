import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Aborted when the client closes its connection before it has its answer. Only on a server that `noticeGoneClients` was called for. */
export function clientGone(request: FastifyRequest): AbortSignal | undefined {
  const response = responses.get(request);
  if (response === undefined) return undefined;
  const gone = new AbortController();
  const leave = () => {
    if (!response.writableFinished) gone.abort(new ClientGone());
  };
  if (response.closed) leave();
  else response.once('close', leave);
  return gone.signal;
}

/** What then goes wrong, because nobody waits for it any longer: no fault of anybody's. */
export class ClientGone extends Error {
  constructor() {
    super('the client has gone away');
  }
}

export function noticeGoneClients(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    responses.set(request, reply.raw);
  });
}

const responses = new WeakMap<FastifyRequest, ServerResponse>();

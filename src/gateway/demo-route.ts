import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LakegateError } from '../platform/errors.ts';
import { takeJsonBodies } from './json-bodies.ts';

/** What a demo lets whoever looks do to the product. */
export interface DemoControls {
  /** As a crash would end it. False if there is none at the moment. */
  readonly killEngine: () => boolean;
}

/**
 * `POST /demo/kill-engine`, in a demo only. A page of another server must not do it: a browser lets none of them send JSON here unasked, and
 * says from where a request comes.
 */
export async function addDemoRoute(server: FastifyInstance, { killEngine }: DemoControls): Promise<void> {
  await server.register(async (door) => {
    takeJsonBodies(door);
    door.post('/demo/kill-engine', async (request, reply) => {
      if (!isFromHere(request)) {
        throw new LakegateError({ code: 'BAD_REQUEST', message: 'expected a request of the page of this server' });
      }
      return reply.code(202).send({ killed: killEngine() });
    });
  });
}

/** Who is no browser says nothing of where it comes from, and is nobody whose user was tricked. */
function isFromHere({ headers, host }: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

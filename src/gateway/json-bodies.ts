import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LakegateError } from '../platform/errors.ts';

/** The routes of this scope take JSON and nothing else, and their bytes are kept while the request is answered. */
export function takeJsonBodies(door: FastifyInstance): void {
  door.removeAllContentTypeParsers();
  door.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (!Buffer.isBuffer(bytes)) throw new Error('the body parser was asked for a buffer');
    bodies.set(request, bytes);
    done(null, parseJson(bytes));
  });
}

/** The body as it came; null where there is none. */
export function bytesOf(request: FastifyRequest): Uint8Array | null {
  return bodies.get(request) ?? null;
}

/** The bytes of requests being answered, for what JSON does not tell. Gone with the request. */
const bodies = new WeakMap<FastifyRequest, Uint8Array>();

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: `expected a JSON object {"query": …, "variables": …}, got ${cause instanceof Error ? cause.message : 'none'}`,
      cause,
    });
  }
}

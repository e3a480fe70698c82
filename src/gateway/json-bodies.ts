import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest, RequestPayload } from 'fastify';
import { readBody } from '../ingest/read-body.ts';
import { LakegateError } from '../platform/errors.ts';

/** The routes of this scope take JSON and nothing else, compressed or not, and their bytes are kept while the request is answered. */
export function takeJsonBodies(door: FastifyInstance): void {
  door.removeAllContentTypeParsers();
  door.addHook('preParsing', (request, _reply, body, done) => {
    done(null, request.headers['content-encoding'] === undefined ? body : unfolded(request, body));
  });
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

/** No longer than a body may be that is not compressed. What comes is counted too, because it was said beforehand how much that is. */
function unfolded({ headers, routeOptions }: FastifyRequest, body: RequestPayload): RequestPayload {
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  const contentEncoding = headers['content-encoding'];
  const stream = Readable.from(readBody(counted(), { contentEncoding, bytesMax: routeOptions.bodyLimit }));
  return Object.defineProperty(stream, 'receivedEncodedLength', { get: () => bytes });
}

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

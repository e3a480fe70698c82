import type { FastifyInstance } from 'fastify';
import { LakegateError } from '../platform/errors.ts';
import { errorBody } from './answer-error.ts';

/**
 * A path that is there for other methods is answered 405 with what it takes, and its body is not looked at. Call it before routes are put on the
 * server.
 */
export function refuseOtherMethods(server: FastifyInstance): void {
  const routes = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set();
    routes.set(url, methods);
    for (const each of [method].flat()) methods.add(each);
  });
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return undefined;
    const path = request.url.replace(/\?.*/s, '');
    const allowed = [...routes].filter(([url]) => matches(url, path)).flatMap(([, methods]) => [...methods]);
    if (allowed.length === 0) return undefined;
    const allow = [...new Set(allowed)].sort().join(', ');
    const message = `expected one of ${allow} for ${path.slice(0, 200)}, got ${request.method}`;
    reply.header('Allow', allow).header('Connection', 'close');
    return reply.code(405).send(errorBody(new LakegateError({ code: 'BAD_REQUEST', message })));
  });
}

/** `/ingest/:kind` is the path of `/ingest/payment`. Behind a star may be anything. */
function matches(url: string, path: string): boolean {
  const [wanted, got] = [url.split('/'), path.split('/')];
  const star = wanted.indexOf('*');
  if (star === -1 && wanted.length !== got.length) return false;
  return wanted
    .slice(0, star === -1 ? undefined : star)
    .every((part, at) => part === got[at] || isFilled(part, got[at]));
}

function isFilled(part: string, got: string | undefined): boolean {
  return part.startsWith(':') && got !== undefined && got !== '';
}

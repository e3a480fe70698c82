import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { LakegateError } from '../../platform/errors.ts';
import { errorBody } from '../answer-error.ts';
import { GRAPHIQL_START } from './graphiql-page.ts';

/**
 * The files of GraphiQL. They are read when a browser first asks for one, because they are 9 MB that a server without visitors does not
 * need; a browser that has them is told that they are the same. A reading that failed is not remembered.
 */
export function addGraphiqlRoutes(server: FastifyInstance, read = readAssets): void {
  let reading: Promise<ReadonlyMap<string, Asset>> | null = null;
  server.get<{ Params: { file: string } }>('/graphiql/:file', async (request, reply) => {
    reading ??= read().catch((error: unknown) => {
      reading = null;
      throw error;
    });
    const asset = (await reading).get(request.params.file);
    if (asset === undefined) {
      const message = `expected a file of GraphiQL, got ${request.params.file.slice(0, 100)}`;
      return reply.code(404).send(errorBody(new LakegateError({ code: 'BAD_REQUEST', message })));
    }
    reply.headers({ ETag: asset.etag, 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding' }).type(asset.type);
    if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
    if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return reply.send(asset.text);
    asset.gzipped ??= promisify(gzip)(asset.text);
    return reply.header('Content-Encoding', 'gzip').send(await asset.gzipped);
  });
}

interface Asset {
  readonly text: string;
  readonly type: string;
  /** Weak: with and without compression it is the same file. */
  readonly etag: string;
  /** Made once, when it is first asked for. */
  gzipped: Promise<Buffer> | null;
}

export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const { js, css, editorWorkerService, jsonWorker, graphqlWorker } = await import(
    '@graphql-yoga/render-graphiql/graphiql'
  );
  return new Map([
    ['app.js', script(js)],
    ['start.js', script(GRAPHIQL_START)],
    ['style.css', asset(css, 'text/css; charset=utf-8')],
    ['worker-editorWorkerService.js', script(editorWorkerService)],
    ['worker-json.js', script(jsonWorker)],
    ['worker-graphql.js', script(graphqlWorker)],
  ]);
}

function script(text: string): Asset {
  return asset(text, 'text/javascript; charset=utf-8');
}

function asset(text: string, type: string): Asset {
  const etag = `W/"${createHash('sha256').update(text).digest('base64url')}"`;
  return { text, type, etag, gzipped: null };
}

import type { FastifyInstance } from 'fastify';
import type { EventModel } from '../model/event-model.ts';
import { jsonSchema } from '../model/validate/json-schema.ts';
import { productVersion } from '../platform/product-version.ts';
import { frontPage } from './front-page.ts';
import { kindByRoute } from './kind-by-route.ts';
import type { NamedQuery } from './queries/named-queries.ts';

export interface PageRoutesOptions {
  readonly model: EventModel;
  readonly queries: readonly NamedQuery[];
}

/** What can be looked at: `/`, `/version`, and `/schema/<kind>.json` for producers in other languages. */
export function addPageRoutes(server: FastifyInstance, { model, queries }: PageRoutesOptions): void {
  const findKind = kindByRoute(model);
  const version = productVersion();
  server.get('/', async (request, reply) => {
    const page = frontPage({ model, queries }, `${request.protocol}://${request.host}`);
    const wantsHtml = (request.headers.accept ?? '').includes('text/html');
    return wantsHtml
      ? reply.type('text/html; charset=utf-8').send(page.html)
      : reply.type('text/plain; charset=utf-8').send(page.text);
  });
  server.get('/version', async () => ({ name: 'lakegate', version, node: process.versions.node }));
  server.get<{ Params: { file: string } }>('/schema/:file', async (request, reply) => {
    const kind = findKind(request.params.file.replace(/\.json$/, ''));
    return reply.type('application/schema+json').send(JSON.stringify(jsonSchema(kind, model.enums)));
  });
}

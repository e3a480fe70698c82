import type { FastifyInstance } from 'fastify';
import type { EventModel } from '../model/event-model.ts';
import { jsonSchema } from '../model/validate/json-schema.ts';
import { productVersion } from '../platform/product-version.ts';
import { kindByRoute } from './kind-by-route.ts';

/** What else can be looked at: `/version`, and `/schema/<kind>.json` for producers in other languages. */
export function addPageRoutes(server: FastifyInstance, model: EventModel): void {
  const findKind = kindByRoute(model);
  const version = productVersion();
  server.get('/version', async () => ({ name: 'lakegate', version, node: process.versions.node }));
  server.get<{ Params: { file: string } }>('/schema/:file', async (request, reply) => {
    const kind = findKind(request.params.file.replace(/\.json$/, ''));
    return reply.type('application/schema+json').send(JSON.stringify(jsonSchema(kind, model.enums)));
  });
}

import type { FastifyInstance } from 'fastify';
import { type BulkDoor, bulkAnswerJson, type ListedVerdicts } from '../ingest/bulk-door.ts';
import type { EventModel } from '../model/event-model.ts';
import { TENANT_DEFAULT } from '../model/record-format.ts';
import type { Version } from '../model/version.ts';
import { LakegateError } from '../platform/errors.ts';
import { chosenParameter } from './chosen-parameter.ts';
import { STREAMED } from './http-server.ts';
import { kindByRoute } from './kind-by-route.ts';
import { withoutPause } from './without-pause.ts';

export interface IngestRouteOptions {
  readonly model: EventModel;
  readonly bulkDoor: BulkDoor;
  /** True once it can be queried; false at the deadline: what was admitted is durable either way. */
  readonly waitUntilVisible: (version: Version) => Promise<boolean>;
}

/**
 * `POST /ingest/:kind`: the body goes to the bulk door as the stream it is, whatever its type. 200 says that every admitted event can be
 * queried, 202 that it will be, or that some have no verdict yet. `?wait=true` waits for that; `?verdicts=all|rejected|none` says which verdicts to list.
 */
export async function addIngestRoute(server: FastifyInstance, options: IngestRouteOptions): Promise<void> {
  const findKind = kindByRoute(options.model);
  await server.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', (_request, body, done) => done(null, body));
    door.setErrorHandler((error, request, reply) => {
      // What is left of the body is not read, so the connection cannot be used again.
      reply.header('Connection', 'close');
      throw request.raw.readableAborted ? brokenOff(error) : error;
    });
    door.post<{ Params: { kind: string }; Querystring: Record<string, unknown> }>(
      '/ingest/:kind',
      { config: STREAMED },
      async (request, reply) => {
        const kind = findKind(request.params.kind);
        const wait = chosenParameter(request.query, 'wait', ['false', 'true']) === 'true';
        const verdicts: ListedVerdicts = chosenParameter(request.query, 'verdicts', ['rejected', 'all', 'none']);
        const answer = await options.bulkDoor.ingestBody({
          kind,
          tenant: TENANT_DEFAULT,
          contentType: request.headers['content-type'],
          contentEncoding: request.headers['content-encoding'],
          body: withoutPause(request.raw, BODY_IDLE_MS),
          verdicts,
        });
        const visible = wait && answer.pending === 0 && (await options.waitUntilVisible(answer.version));
        return reply.code(visible ? 200 : 202).send(bulkAnswerJson(answer, visible));
      },
    );
  });
}

/** As long as a whole request may take elsewhere. */
const BODY_IDLE_MS = 30_000;

/** Whoever leaves in the middle of a body hears nothing any more; it is nobody's fault here. */
function brokenOff(cause: unknown): LakegateError {
  return new LakegateError({
    code: 'BAD_REQUEST',
    message: 'expected the whole body, got the end of the connection',
    cause,
  });
}

import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LakegateError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { answerShown } from '../answer-error.ts';
import { bytesOf, takeJsonBodies } from '../json-bodies.ts';
import { publicError } from '../public-error.ts';
import { connectionRefusal } from './connection-refusal.ts';
import type { HeldText } from './held-text.ts';
import { type AskedOperation, type LiveOperations, RefusedOperation } from './live-operations.ts';
import type { LiveTraffic } from './live-traffic.ts';
import { type Rendered, rendered } from './rendered.ts';
import { WriteRoom } from './write-room.ts';

interface EventStreamDoorOptions {
  readonly operations: LiveOperations;
  readonly traffic: LiveTraffic;
  readonly logger: Logger;
  readonly held: HeldText;
  /** No more once the server is about to stop. */
  readonly hasRoom: () => boolean;
}

interface EventStreamDoor {
  /** Ends every stream without saying that it is complete: clients come back. */
  close(): void;
}

/**
 * Puts GraphQL over Server-Sent Events at `/graphql/stream`, one connection for each operation: an event `next` with each result, then
 * `complete`. POST as at /graphql, or GET with a subscription, which is what a browser's EventSource does. The id of an event is the cursor of the
 * update in it: whoever comes back with `Last-Event-ID`, as an EventSource does by itself, goes on from there.
 */
export async function openEventStreamDoor(
  server: FastifyInstance,
  options: EventStreamDoorOptions,
): Promise<EventStreamDoor> {
  const door: Door = { ...options, streams: new Set() };
  await server.register(async (scope) => {
    takeJsonBodies(scope);
    scope.route({
      method: ['GET', 'POST'],
      url: '/graphql/stream',
      bodyLimit: BODY_BYTES_MAX,
      async handler(request, reply) {
        const bytes = bytesOf(request)?.length ?? request.url.length;
        const refusal = connectionRefusal(request.headers, door.hasRoom() && door.held.hasRoomFor(bytes));
        if (refusal !== null) return answerShown(reply, publicError(refusal.error, door.logger), refusal.status);
        const asked = askedOperation(request);
        reply.hijack();
        door.held.hold(bytes);
        await stream(door, reply.raw, asked).finally(() => door.held.giveBack(bytes));
        return reply;
      },
    });
  });
  return { close: () => close(door) };
}

/** As much as one message over WebSocket: it is held for as long as the stream lasts. */
const BODY_BYTES_MAX = 1024 * 1024;

interface Door extends EventStreamDoorOptions {
  readonly streams: Set<ServerResponse>;
}

function close(door: Door): void {
  for (const response of door.streams) response.end();
}

function askedOperation(request: FastifyRequest): AskedOperation {
  const isGet = request.method === 'GET';
  const sent = isGet ? request.query : request.body;
  if (!isObject(sent) || typeof sent.query !== 'string') throw malformed('"query": a text');
  const { query, operationName = null } = sent;
  const variables = isGet && typeof sent.variables === 'string' ? parsed(sent.variables) : (sent.variables ?? {});
  if (operationName !== null && typeof operationName !== 'string') throw malformed('"operationName": a text');
  if (!isObject(variables)) throw malformed('"variables": an object');
  return {
    query,
    operationName: operationName ?? undefined,
    variables,
    bytes: () => bytesOf(request),
    onlySubscription: isGet,
    after: lastEventId(request),
  };
}

/** Empty is what a browser says that has none. */
function lastEventId({ headers }: FastifyRequest): string | null {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw malformed('"variables": JSON');
  }
}

function malformed(expected: string): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message: `expected ${expected}` });
}

/** Until everything is said, the client goes, or the door closes. Who takes nothing for a minute is let go by the server's own timeout. */
async function stream(door: Door, response: ServerResponse, asked: AskedOperation): Promise<void> {
  const room = new WriteRoom(response);
  const gone = new AbortController();
  const heartbeat = setInterval(() => {
    if (!room.full) response.write(NOTHING);
  }, HEARTBEAT_MS);
  response.on('close', () => gone.abort());
  response.writeHead(200, HEADERS).write(NOTHING);
  door.streams.add(response);
  door.traffic.streams++;
  try {
    await door.operations.answer(asked, (result) => sendResult(response, room, result), gone.signal);
  } catch (error) {
    const { errors } = error instanceof RefusedOperation ? error : door.operations.refused(error);
    sendResult(response, room, rendered({ errors }));
  } finally {
    clearInterval(heartbeat);
    door.streams.delete(response);
    door.traffic.streams--;
    if (!response.writableEnded) response.end(COMPLETE);
  }
}

/**
 * The result itself is one memory for all who get it. JSON has no line break, so it is one line of data. Not corked: what a response hands on when
 * it is uncorked does not count as full (Node 22 and later), and Node itself sends in one piece what is written in one turn.
 */
function sendResult(response: ServerResponse, room: WriteRoom, { json, cursor }: Rendered): Promise<void> | undefined {
  if (response.writableEnded) return undefined;
  response.write(cursor === null ? BEFORE_RESULT : `event: next\nid: ${cursor}\ndata: `);
  response.write(json);
  response.write(BEHIND_EVENT);
  return room.whenRoom();
}

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
};

/** Before the 60 s after which a server, this one too, closes what is silent. */
const HEARTBEAT_MS = 20_000;

const NOTHING = Buffer.from(':\n\n');
const BEFORE_RESULT = Buffer.from('event: next\ndata: ');
const BEHIND_EVENT = Buffer.from('\n\n');
const COMPLETE = Buffer.from('event: complete\ndata:\n\n');

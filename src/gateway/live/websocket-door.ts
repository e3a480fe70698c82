import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, GraphQLSchema, parse } from 'graphql';
import {
  type ConnectionInitMessage,
  handleProtocols,
  makeServer,
  type Server as ProtocolServer,
  type SubscribePayload,
} from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { misledRefusal } from '../misled-request.ts';
import { type ConnectionRefusal, connectionRefusal } from './connection-refusal.ts';
import type { HeldText } from './held-text.ts';
import { type LiveOperations, RefusedOperation, type TakeResult } from './live-operations.ts';
import { LiveSocket, OPERATIONS_A_SOCKET_MAX } from './live-socket.ts';
import type { LiveTraffic } from './live-traffic.ts';
import { payloadText } from './payload-text.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { stayWithHttp } from './stay-with-http.ts';

interface WebSocketDoorOptions {
  /** Where the server listens. */
  readonly host: string;
  readonly operations: LiveOperations;
  readonly traffic: LiveTraffic;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly held: HeldText;
  /** Of all connections that live for long, whatever they speak. No more once the server is about to stop. */
  readonly hasRoom: () => boolean;
  readonly initMs?: number;
}

interface WebSocketDoor {
  /** Tells everybody to go, and cuts off who has not when it is late. */
  close(late: Promise<void>): Promise<void>;
}

/** Puts GraphQL over WebSocket at `/graphql`, beside what answers there over HTTP. */
export function openWebSocketDoor(server: Server, options: WebSocketDoorOptions): WebSocketDoor {
  const door: Door = {
    ...options,
    server,
    sockets: new Set(),
    protocol: protocolServer(options),
    upgrades: new WebSocketServer({
      noServer: true,
      handleProtocols,
      maxPayload: MESSAGE_BYTES_MAX,
      perMessageDeflate: false,
      autoPong: false,
      // An operation that its client ended is out of the way before the next message, which may give its id anew.
      allowSynchronousEvents: false,
      clientTracking: false,
    }),
  };
  server.on('upgrade', (request, stream, head) => upgrade(door, request, stream, head));
  return { close: (late) => close(door, late) };
}

interface Door extends WebSocketDoorOptions {
  readonly server: Server;
  readonly sockets: Set<LiveSocket>;
  readonly protocol: ProtocolServer<LiveSocket>;
  readonly upgrades: WebSocketServer;
}

/** 1 MiB: an operation and its variables. A message above it closes the socket with 1009. */
const MESSAGE_BYTES_MAX = 1024 * 1024;

function upgrade(door: Door, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  const refusal = isWebSocket(request) ? refusalOf(door, request) : null;
  if (!isWebSocket(request)) stayWithHttp(door.server, request, stream, head);
  else if (refusal !== null) refuseUpgrade(stream, refusal);
  else door.upgrades.handleUpgrade(request, stream, head, (ws) => opened(door, ws, stream));
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

function refusalOf(door: Door, { url = '', headers }: IncomingMessage): ConnectionRefusal | null {
  const misled = misledRefusal(door.host, headers.host);
  if (misled !== null) return misled;
  const [path] = url.split('?', 1);
  if (path === '/graphql') return connectionRefusal(headers, door.hasRoom());
  const message = `expected /graphql, the one path for WebSockets, got ${url.slice(0, 200)}`;
  return { status: 404, error: new LakegateError({ code: 'BAD_REQUEST', message }) };
}

function opened(door: Door, ws: WebSocket, stream: Duplex): void {
  const { clock, logger, held, traffic, sockets, protocol } = door;
  const socket = new LiveSocket({ ws, stream, clock, logger, held });
  const forget = protocol.opened(socket, socket);
  sockets.add(socket);
  traffic.sockets++;
  ws.once('close', (code, reason) => {
    sockets.delete(socket);
    traffic.sockets--;
    forget(code, String(reason)).catch((error: unknown) => logger.error({ err: error }, 'closing a WebSocket failed'));
  });
}

/**
 * The library speaks the protocol; what it executes is always nothing, because operations of every sort are answered by ours, which send their
 * results by themselves.
 */
function protocolServer({ operations, initMs = INIT_MS }: WebSocketDoorOptions): ProtocolServer<LiveSocket> {
  const texts = new WeakMap<SubscribePayload, string>();
  return makeServer<ConnectionInitMessage['payload'], LiveSocket>({
    connectionInitWaitTimeout: initMs,
    onConnect({ extra: socket }) {
      if (socket.message.length > INIT_CHARS_MAX) socket.close(TOO_LONG, 'Too long for a connection_init');
    },
    onSubscribe({ extra: socket }, _id, payload) {
      // It is called before anything is waited for, so this is the message that holds the payload.
      texts.set(payload, socket.message);
      return socket.unfinished > OPERATIONS_A_SOCKET_MAX ? [tooManyOperations()] : NOTHING;
    },
    execute: () => ({}),
    onOperation({ extra: socket }, id, payload) {
      const opening = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
      const text = texts.get(payload) ?? '';
      const asked = askedOperation(payload, text);
      const take: TakeResult = (result) => socket.sendResult(opening, result);
      return socket.operation(text.length, (gone) => operations.answer(asked, take, gone));
    },
    onError(_context, _id, _payload, [error]) {
      const refused = error?.originalError;
      return refused instanceof RefusedOperation ? refused.errors : operations.refused(refused).errors;
    },
  });
}

/** A socket that has not sent its `connection_init` by then is closed with 4408. One that has may be idle for as long as it likes. */
const INIT_MS = 10_000;

/** The library keeps what is in it for as long as the socket lives, and nobody asks for it. */
const INIT_CHARS_MAX = 4 * 1024;
const TOO_LONG = 1009;

const NOTHING = { schema: new GraphQLSchema({}), document: parse('{ nothing }') };

function askedOperation({ query, operationName, variables }: SubscribePayload, message: string) {
  return {
    query,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    bytes() {
      const payload = payloadText(message);
      return payload === null ? null : Buffer.from(payload);
    },
  };
}

function tooManyOperations(): GraphQLError {
  const message = `expected at most ${OPERATIONS_A_SOCKET_MAX} operations at a time on one connection`;
  return new GraphQLError(message, { originalError: new LakegateError({ code: 'OVERLOADED', message }) });
}

async function close(door: Door, late: Promise<void>): Promise<void> {
  for (const socket of door.sockets) socket.close(GOING_AWAY, 'Going away');
  const allClosed = Promise.all([...door.sockets].map(({ closed }) => closed));
  await Promise.race([allClosed, late]);
  for (const socket of door.sockets) socket.terminate();
  await allClosed;
}

/** What clients take for a reason to come back, to another server if there is one. */
const GOING_AWAY = 1001;

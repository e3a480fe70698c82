import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { systemClock } from '../../platform/clock.ts';
import { LIVE_CONNECTIONS_MAX } from '../http-server.ts';
import { openEventStreamDoor } from './event-stream-door.ts';
import { HeldText } from './held-text.ts';
import { LiveOperations, type LiveOperationsOptions } from './live-operations.ts';
import { openWebSocketDoor } from './websocket-door.ts';

interface LiveDoorsOptions extends LiveOperationsOptions {
  /** Where the server listens. */
  readonly host: string;
  /** Default: as many as the server has room for beside its requests. */
  readonly connectionsMax?: number;
  /** How long a WebSocket may take to begin. */
  readonly initMs?: number;
  /** Of all that was asked for and is not done. */
  readonly heldCharsMax?: number;
}

export interface LiveDoors {
  /** Lets queries and mutations finish, sends everybody elsewhere, and cuts off who has not gone within `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Opens what answers with more than one result: WebSockets at `/graphql`, Server-Sent Events at `/graphql/stream`. */
export async function openLiveDoors(server: FastifyInstance, options: LiveDoorsOptions): Promise<LiveDoors> {
  const { traffic, connectionsMax = LIVE_CONNECTIONS_MAX } = options;
  const operations = new LiveOperations(options);
  let closing = false;
  const shared = {
    ...options,
    clock: systemClock,
    operations,
    held: new HeldText(options.heldCharsMax),
    hasRoom: () => !closing && traffic.sockets + traffic.streams < connectionsMax,
  };
  const streams = await openEventStreamDoor(server, shared);
  const sockets = openWebSocketDoor(server.server, shared);
  return {
    async close(graceMs) {
      closing = true;
      const closed = new AbortController();
      const late = wait(graceMs, undefined, { signal: closed.signal }).catch(() => {});
      await Promise.race([operations.whenAnswered(), late]);
      streams.close();
      await sockets.close(late);
      closed.abort();
    },
  };
}

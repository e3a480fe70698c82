import { createClient } from 'graphql-ws';
import { Shown } from '../state/shown.ts';
import { AskError } from './ask-error.ts';
import type { Operation } from './operation.ts';

/** Whether what is shown can be now. */
export type Connection =
  | { readonly state: 'connecting' | 'open' }
  | { readonly state: 'lost'; readonly sinceMs: number };

export const connection = new Shown<Connection>({ state: 'connecting' });

interface LiveReader<Data> {
  readonly next: (data: Data) => void;
  readonly failed: (error: AskError) => void;
  /** Where to go on after what was read last; undefined where a subscription has no places. */
  readonly cursorOf: (data: Data) => string | undefined;
}

/**
 * Reads a subscription until the returned function is called: over lost connections and restarts of the server too, each time from the last
 * cursor, so that nothing is missed and nothing comes twice. `after` is where to begin.
 */
export function readLive<Data>(
  { text }: Operation<Data, never>,
  variables: Readonly<Record<string, unknown>>,
  after: string | undefined,
  { next, failed, cursorOf }: LiveReader<Data>,
): () => void {
  // The client sends these again as they then are when it reconnects.
  const resumable: Record<string, unknown> = { ...variables };
  if (after !== undefined) resumable.after = after;
  let stop = (): void => {};
  let stopped = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  let refusal: AskError | null = null;
  const fail = (error: AskError): void => {
    refusal = error;
    failed(error);
  };
  // What ended without our asking is asked for again, unless it would be refused again.
  const ended = (): void => {
    if (!stopped && refusal?.passing !== false) again = setTimeout(read, AGAIN_MS);
  };
  const read = (): void => {
    refusal = null;
    stop = client.subscribe<Data>(
      { query: text, variables: resumable },
      {
        next: ({ data, errors }) => {
          const [error] = errors ?? [];
          if (error !== undefined) return fail(AskError.of(error));
          if (data === undefined || data === null) return;
          const cursor = cursorOf(data);
          if (cursor !== undefined) resumable.after = cursor;
          next(data);
        },
        error: (reason) => {
          fail(AskError.of(Array.isArray(reason) ? reason[0] : reason));
          ended();
        },
        complete: ended,
      },
    );
  };
  read();
  return () => {
    stopped = true;
    clearTimeout(again);
    stop();
  };
}

const AGAIN_MS = 2_000;
const PING_MS = 10_000;
const PONG_MS = 5_000;
/** Waits between attempts double up to this; each a little different, so that a thousand pages do not come at once. */
const RETRY_MS_MAX = 5_000;
const RETRY_MS_MIN = 250;

let pongOverdue: ReturnType<typeof setTimeout> | undefined;
let socket: { close(code: number, reason: string): void } | null = null;

const client = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  keepAlive: PING_MS,
  // Changing the range ends all and begins all: the connection stays.
  lazyCloseTimeout: 3_000,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  retryWait: (retries) => {
    const ms = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** retries);
    return new Promise((resolve) => setTimeout(resolve, ms * (0.75 + Math.random() / 2)));
  },
  on: {
    connected: (opened) => {
      socket = opened as WebSocket;
      connection.set({ state: 'open' });
    },
    closed: (event) => {
      clearTimeout(pongOverdue);
      // 1000: nobody reads any more.
      if ((event as CloseEvent).code === 1000) return;
      if (connection.value.state !== 'lost') connection.set({ state: 'lost', sinceMs: Date.now() });
    },
    ping: (received) => {
      // A connection that is gone without a word is only noticed by asking.
      if (!received) pongOverdue = setTimeout(() => socket?.close(4408, 'no answer'), PONG_MS);
    },
    pong: (received) => {
      if (received) clearTimeout(pongOverdue);
    },
  },
});

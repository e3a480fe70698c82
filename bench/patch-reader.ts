import { once } from 'node:events';
import { WebSocket } from 'ws';
import { byCategory, subscribeTo } from './live-question.ts';

/** When each count of events was there. */
export class PatchReader {
  readonly #socket: WebSocket;
  readonly #reachedMs = new Map<number, number>();
  #count = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open(url: string, throttle: string): Promise<PatchReader> {
    const socket = await openSocket(url);
    const reader = new PatchReader(socket);
    onData<{ transactionMetrics: { total: { count: number } } }>(socket, ({ transactionMetrics }) => {
      reader.#count = transactionMetrics.total.count;
      reader.#reachedMs.set(reader.#count, performance.now());
    });
    const first = once(socket, 'message');
    socket.send(JSON.stringify(subscribeTo(byCategory(throttle))));
    await first;
    return reader;
  }

  get count(): number {
    return this.#count;
  }

  atMs(count: number): number | null {
    return this.#reachedMs.get(count) ?? null;
  }

  close(): void {
    this.#socket.terminate();
  }
}

export async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const acknowledged = once(socket, 'message');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await acknowledged;
  return socket;
}

export function onData<Data>(socket: WebSocket, next: (data: Data) => void): void {
  socket.on('message', (bytes) => {
    const { type, payload } = JSON.parse(String(bytes));
    if (type === 'next' && payload.data != null) next(payload.data);
    else if (type !== 'ping') throw new Error(`expected data, got ${String(bytes)}`);
  });
}

import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface Subscription {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** One subscription on a socket of its own. It does nothing by itself: it is lost, stops reading or goes on when a test says so. */
export class LiveSocket<Data> {
  readonly #socket: WebSocket;
  readonly #next: (data: Data) => void;
  /** Resolves when it is. */
  readonly closed: Promise<void>;
  isOpen = true;
  /** What the server said instead of data. */
  refusal: unknown = null;

  private constructor(socket: WebSocket, next: (data: Data) => void) {
    this.#socket = socket;
    this.#next = next;
    // Whoever ends it has no more to say to it.
    socket.on('error', () => {});
    socket.on('message', (bytes) => this.#take(String(bytes)));
    this.closed = once(socket, 'close').then(() => {
      this.isOpen = false;
    });
  }

  /** Resolves when the server has taken the connection; rejects when nobody is there, or no more. */
  static async open<Data>(
    url: string,
    subscription: Subscription,
    next: (data: Data) => void,
  ): Promise<LiveSocket<Data>> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    await once(socket, 'open');
    const gone = once(socket, 'close').then(() => Promise.reject(new Error('the connection was closed')));
    const acknowledged = once(socket, 'message');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await Promise.race([acknowledged, gone]);
    const opened = new LiveSocket<Data>(socket, next);
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: subscription }));
    return opened;
  }

  /** From now on what the server sends stays in the buffers between. */
  stopReading(): void {
    this.#socket.pause();
  }

  readAgain(): void {
    this.#socket.resume();
  }

  /** As a network ends that goes away: without a word. */
  lose(): void {
    this.#socket.removeAllListeners('message');
    this.#socket.terminate();
  }

  #take(text: string): void {
    const { type, payload } = JSON.parse(text);
    if (type === 'next' && payload.errors === undefined) this.#next(payload.data);
    else this.refusal = payload ?? type;
  }
}

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * Sends requests that were built beforehand over one connection, one after another, and reads no more of an answer than its status and its
 * length: the measured server shares the machine with this, so it must cost next to nothing.
 */
export class KeepAliveClient {
  readonly #socket: Socket;
  #received = '';
  #waiting: ((status: number) => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text) => this.#take(String(text)));
  }

  static async open(url: string): Promise<KeepAliveClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new KeepAliveClient(socket);
  }

  /** The status of the answer. */
  send(request: Uint8Array): Promise<number> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received += text;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#received)?.[1] ?? 0);
    if (this.#received.length < headEnd + 4 + length) return;
    const status = Number(this.#received.slice(9, 12));
    this.#received = this.#received.slice(headEnd + 4 + length);
    this.#waiting?.(status);
  }
}

/** An HTTP request as bytes. */
export function postRequest(path: string, body: string): Uint8Array {
  const bytes = Buffer.from(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    'Accept: application/graphql-response+json',
    `Content-Length: ${bytes.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
}

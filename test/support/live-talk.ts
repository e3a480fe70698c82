import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { until } from './until.ts';

export interface SaidByServer {
  readonly id?: string;
  readonly type: string;
  readonly payload?: { readonly data?: { readonly number?: { readonly value?: number; readonly tenant?: string } } };
}

/** A WebSocket on which a test says what it likes, and everything that was said to it. */
export class LiveTalk {
  readonly ws: WebSocket;
  readonly texts: string[] = [];
  readonly messages: SaidByServer[] = [];

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data) => {
      this.texts.push(String(data));
      this.messages.push(JSON.parse(String(data)));
    });
    ws.on('error', () => {});
  }

  /** Acknowledged: `messages` begins with that. */
  static async open({ url }: { readonly url: string }): Promise<LiveTalk> {
    const talk = new LiveTalk(new WebSocket(`ws://${url}/graphql`, ['graphql-transport-ws']));
    await once(talk.ws, 'open');
    talk.say({ type: 'connection_init' });
    await talk.heard(1);
    return talk;
  }

  say(message: unknown): void {
    this.ws.send(JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: Record<string, unknown> = {}): void {
    this.say({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** Waits until that many messages have come in all. */
  async heard(count: number): Promise<void> {
    await until(() => this.messages.length >= count);
  }
}

/** What comes back for these bytes until the connection is closed or silent for a moment. */
export async function answerToBytes(url: string, bytes: string): Promise<string> {
  const [host = '', port = ''] = url.split(':');
  const socket = connect({ host, port: Number(port) });
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString('latin1');
  });
  socket.setTimeout(500, () => socket.destroy());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  await closed;
  return answer;
}

/** A connection that asked to be a WebSocket and did not wait for the answer before it sent these messages. */
export function openAndWrite(url: string, messages: readonly string[]): Socket {
  const [host = '', port = ''] = url.split(':');
  const socket = connect({ host, port: Number(port) });
  const head = [
    'GET /graphql HTTP/1.1',
    `Host: ${url}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
  socket.on('error', () => {});
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(framesOf(messages));
  return socket;
}

/** All in one piece, so that they arrive together: each masked with zeroes, which is masked with nothing. */
export function framesOf(messages: readonly string[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => [
      Buffer.from([0x81, 0x80 | 126, message.length >> 8, message.length & 0xff, 0, 0, 0, 0]),
      Buffer.from(message),
    ]),
  );
}

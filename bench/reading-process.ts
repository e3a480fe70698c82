import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import { WebSocket } from 'ws';

/** Readers in a process of their own that do nothing with what they read but count it. */
export type ToReading =
  | { readonly type: 'open'; readonly url: string; readonly sockets: number; readonly subscribe: string }
  | { readonly type: 'counted' }
  | { readonly type: 'close' };

export type FromReading =
  | { readonly type: 'opened' | 'closed' }
  | { readonly type: 'counted'; readonly messages: readonly CountedMessage[] };

/** The same bytes to many sockets are one message. */
export interface CountedMessage {
  readonly text: string;
  /** How many sockets had it. */
  readonly sockets: number;
  /** By this process's clock. */
  readonly firstMs: number;
  readonly lastMs: number;
}

let open: readonly WebSocket[] = [];
let counted = new Map<number, { text: string; sockets: number; firstMs: number; lastMs: number }>();

process.on('message', async (order: ToReading) => {
  if (order.type === 'open') {
    open = await Promise.all(Array.from({ length: order.sockets }, () => openSocket(order.url, order.subscribe)));
    tell({ type: 'opened' });
  } else if (order.type === 'counted') {
    tell({ type: 'counted', messages: [...counted.values()] });
    counted = new Map();
  } else {
    for (const socket of open) socket.terminate();
    open = [];
    counted = new Map();
    tell({ type: 'closed' });
  }
});
process.once('disconnect', () => process.exit(0));

/** Opened, acknowledged, and its first message read: what comes from now on is counted. */
async function openSocket(url: string, subscribe: string): Promise<WebSocket> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  await once(socket, 'open');
  for (const text of [JSON.stringify({ type: 'connection_init' }), subscribe]) {
    const answered = once(socket, 'message');
    socket.send(text);
    await answered;
  }
  socket.on('message', count);
  return socket;
}

function count(data: Buffer): void {
  const key = crc32(data);
  const nowMs = performance.now();
  const message = counted.get(key);
  if (message === undefined) {
    counted.set(key, { text: data.toString(), sockets: 1, firstMs: nowMs, lastMs: nowMs });
    return;
  }
  message.sockets++;
  message.lastMs = nowMs;
}

function tell(message: FromReading): void {
  if (process.connected) process.send?.(message);
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';
import { answerBusy } from './busy.ts';

/** A bare `ws` server: what is posted to it goes to every socket as it is, and whatever a socket says is answered with a word. */
const http = createServer(async (request, response) => {
  const bytes = await buffer(request);
  for (const socket of sockets.clients) socket.send(bytes, { binary: false });
  response.end();
});
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on('connection', (socket) => socket.on('message', () => socket.send('{}')));
answerBusy();
await once(http.listen(0, '127.0.0.1'), 'listening');
process.once('disconnect', () => process.exit(0));
process.send?.({ type: 'ready', url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, engine: null });

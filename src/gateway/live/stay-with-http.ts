import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Gives a connection back to HTTP/1.1. Clients that would rather speak HTTP/2 (Java's, curl --http2) offer it with every first request, and a
 * server that takes any upgrade is handed all of them; one that does not want it answers the request as if nothing had been offered.
 */
export function stayWithHttp(server: Server, request: IncomingMessage, connection: Duplex, behindHead: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!OFFER.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[at + 1]}`);
  }
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  connection.unshift(Buffer.concat([head, behindHead]));
  server.emit('connection', connection);
}

const OFFER: ReadonlySet<string> = new Set(['connection', 'upgrade', 'http2-settings']);

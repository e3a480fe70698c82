import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody, retryAfterSeconds } from '../answer-error.ts';
import type { ConnectionRefusal } from './connection-refusal.ts';

/** Answers a request to open a WebSocket that is not opened, as any request is answered, and closes the connection. */
export function refuseUpgrade(connection: Duplex, { status, error }: ConnectionRefusal): void {
  const body = JSON.stringify(errorBody(error));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  if (error.retryAfterMs !== null) head.push(`Retry-After: ${retryAfterSeconds(error.retryAfterMs)}`);
  connection.on('error', () => connection.destroy());
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => connection.destroy());
}

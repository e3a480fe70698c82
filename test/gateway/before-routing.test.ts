import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerBeforeRouting } from '../../src/gateway/before-routing.ts';
import { createHttpServer } from '../../src/gateway/http-server.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { until } from '../support/until.ts';

let server: FastifyInstance;
let socket: Socket;
let received: string;
let shown: string[];
let routed: string[];
let begun: number;
let left: number;
let release: () => void;

beforeEach(async () => {
  received = '';
  shown = [];
  routed = [];
  begun = 0;
  left = 0;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  server = createHttpServer(createLogger('silent'), { requestMs: 100 });
  server.addHook('onRequest', async () => {
    begun++;
  });
  answerBeforeRouting(server, {
    bytesMax: 50_000,
    concerns: ({ url }) => url === '/',
    async answer(_request, response, bytes) {
      const body = Buffer.from(bytes).toString();
      shown.push(body);
      response.once('close', () => {
        if (!response.writableFinished) left++;
      });
      if (body === 'broken') throw new Error('broken');
      if (body.startsWith('slow')) await held;
      if (!body.includes('known')) return false;
      response.writeHead(200, { 'content-length': '7' }).end('[early]');
      return true;
    },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, async (_request: unknown, body: string) => body);
  server.post<{ Body: string }>('/', ({ body }) => take(body));
  server.post<{ Body: string }>('/other', ({ body }) => take(body));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  socket = connect(address.port, '127.0.0.1');
  socket.setEncoding('utf8').on('error', () => {});
  socket.on('data', (text) => {
    received += text;
  });
});

afterEach(async () => {
  release();
  socket.destroy();
  await server.close();
});

describe('a request that is here as a whole', () => {
  test('is answered without its route, and the connection goes on', async () => {
    for (const body of ['known', `known${'x'.repeat(40_000)}`, 'known']) socket.write(post(body));
    await until(() => answers().length === 3);
    expect([answers(), begun]).toEqual([['[early]', '[early]', '[early]'], 0]);
  });

  test('reaches its route with every byte where it is not answered, whatever its length', async () => {
    const bodies = ['', 'a', 'ü'.repeat(10_000), 'b'.repeat(49_000), 'c'.repeat(50_001), 'd'.repeat(300_000)];
    for (const body of bodies) {
      socket.write(post(body));
      await until(() => routed.at(-1) === body);
    }
    await until(() => answers().length === bodies.length);
    expect(routed).toEqual(bodies);
    expect(shown.filter((body) => body.length > 50_000)).toEqual([]);
  });

  test('has its answer in its turn among others of the connection, however it is answered', async () => {
    socket.write(['slow', 'known', 'other', 'known', 'slow known', 'last'].map((body) => post(body)).join(''));
    await until(() => shown.length === 6);
    release();
    await until(() => answers().length === 6);
    expect(answers()).toEqual(['[slow]', '[early]', '[other]', '[early]', '[early]', '[last]']);
  });

  test('is routed where the look at it fails', async () => {
    socket.write(post('broken'));
    await until(() => answers().length === 1);
    expect(answers()).toEqual(['[broken]']);
  });

  test('of no concern is not looked at', async () => {
    socket.write(post('known', '/other'));
    await until(() => answers().length === 1);
    expect([answers(), shown]).toEqual([['[known]'], []]);
  });
});

test('a body that comes in pieces goes to its route, which waits for the rest of it', async () => {
  const [head = '', body = ''] = split(post('known'), -2);
  socket.write(head);
  await once(server.server, 'request');
  socket.write(body);
  await until(() => answers().length === 1);
  expect([answers(), shown]).toEqual([['[known]'], []]);
});

test('a body that does not come is refused after the time that every request has', async () => {
  const [head = ''] = split(post('known'), -2);
  socket.write(head);
  await once(socket, 'close');
  expect(received).toMatch(/^HTTP\/1\.1 408 /);
  expect(shown).toEqual([]);
});

test('a client that goes away while its request is looked at is not routed', async () => {
  socket.write(post('slow'));
  await until(() => shown.length === 1);
  socket.destroy();
  await until(() => left === 1);
  release();
  await new Promise(setImmediate);
  expect(begun).toBe(0);
});

test('while the server closes, what could be answered is refused as everything is', async () => {
  socket.write(post('slow known'));
  await until(() => shown.length === 1);
  const closed = server.close();
  await until(() => !server.server.listening);
  socket.write(post('known'));
  await once(server.server, 'request');
  release();
  await closed;
  await until(() => received.includes('503'));
  expect([shown, received.match(/HTTP\/1\.1 \d+/g)]).toEqual([['slow known'], ['HTTP/1.1 200', 'HTTP/1.1 503']]);
});

async function take(body: string | undefined): Promise<string> {
  routed.push(body ?? '');
  return `[${(body ?? '').slice(0, 10)}]`;
}

function post(body: string, path = '/'): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function split(text: string, at: number): readonly string[] {
  return [text.slice(0, at), text.slice(at)];
}

/** The bodies that were answered with. */
function answers(): readonly string[] {
  return received.match(/\[[^\]]*\]/g) ?? [];
}

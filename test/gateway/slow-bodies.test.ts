import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHttpServer } from '../../src/gateway/http-server.ts';
import { addIngestRoute } from '../../src/gateway/ingest-route.ts';
import { withoutPause } from '../../src/gateway/without-pause.ts';
import type { BulkDoor } from '../../src/ingest/bulk-door.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import { EMPTY_VERSION } from '../../src/model/version.ts';
import { createLogger } from '../../src/platform/telemetry.ts';

describe('a body that is slow to come', () => {
  let server: FastifyInstance;
  let port: number;
  let logged: string;
  let ended: Promise<void>;
  let end: () => void;

  beforeEach(async () => {
    logged = '';
    ended = new Promise((resolve) => {
      end = resolve;
    });
    const sink = new Writable({
      write(chunk, _encoding, done) {
        logged += String(chunk);
        done();
      },
    });
    server = createHttpServer(createLogger('warn', sink), { requestMs: 400, idleMs: 200 });
    const ingestBody: BulkDoor['ingestBody'] = async ({ body }) => {
      try {
        for await (const _ of body);
      } finally {
        end();
      }
      return {
        admitted: 1,
        duplicates: 0,
        rejected: 0,
        pending: 0,
        version: EMPTY_VERSION,
        verdicts: [],
        verdictsLeftOut: 0,
      };
    };
    server.post('/whole', async () => 'whole');
    server.get('/worked-on', () => pause(1_500, 'done'));
    await addIngestRoute(server, {
      model: loadDeclarations(SAMPLE_KINDS_DIR),
      bulkDoor: { ingestBody },
      waitUntilVisible: async () => true,
    });
    port = Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterEach(() => server.close());

  const begin = (path: string) => {
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8').on('error', () => {});
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{`,
    );
    return socket;
  };

  test('and is not here in time gets 408 in the shape of every error', async () => {
    const socket = begin('/whole');
    let answer = '';
    socket.on('data', (text) => {
      answer += text;
    });
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ error: { code: 'BAD_REQUEST' } });
  });

  test('may take longer than that when it is a bulk body', async () => {
    const socket = begin('/ingest/transaction');
    setTimeout(() => socket.write('}'), 1_500);
    const [answer] = await once(socket, 'data');
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
    socket.destroy();
  });

  test('and one that is whole, and worked on for long, keeps its connection; one that is idle then does not', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8').write('GET /worked-on HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*done$/s);
    await once(socket, 'close');
  });

  test('and whose client leaves is nothing to warn of', async () => {
    const arrived = new Promise((resolve) => server.server.once('request', resolve));
    const socket = begin('/ingest/transaction');
    await arrived;
    socket.destroy();
    await ended;
    await server.close();
    expect(logged).toBe('');
  });
});

test('a body that pauses is an error of the request', async () => {
  async function* pausing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a');
    await new Promise(() => {});
  }
  const body = withoutPause(pausing(), 20);
  expect((await body.next()).value).toEqual(Buffer.from('a'));
  await expect(body.next()).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

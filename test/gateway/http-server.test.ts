import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { buildSchema } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import { type Gateway, openGateway } from '../../src/gateway/gateway.ts';
import { connectionsWithin } from '../../src/gateway/http-server.ts';
import type { BulkDoor } from '../../src/ingest/bulk-door.ts';
import type { LogHealth } from '../../src/log/log.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import type { WarehouseState } from '../../src/warehouse/warehouse.ts';

let gateway: Gateway;
let logHealth: LogHealth;
let warehouse: WarehouseState;
let ingestBody: BulkDoor['ingestBody'];
let logged: string;

beforeEach(async () => {
  logHealth = { state: 'ok' };
  warehouse = { state: 'up', generation: 1 };
  logged = '';
  gateway = await opened('127.0.0.1');
});

function opened(host: string): Promise<Gateway> {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk);
      done();
    },
  });
  return openGateway({
    host,
    port: 0,
    model: loadDeclarations(SAMPLE_KINDS_DIR),
    queries: [],
    exampleCommand: () => '',
    schema: buildSchema('type Query { fine: Int }'),
    bulkDoor: { ingestBody: (call) => ingestBody(call) },
    waitUntilVisible: async () => true,
    plugins: [],
    contextOf: (bytes) => ({
      tenant: 'default',
      bytes,
      reads: new OperationReads(),
      loaders: { events: { load: async () => null } },
    }),
    metrics: { contentType: 'text/plain', text: async () => '' },
    health: {
      logHealth: () => logHealth,
      warehouseState: () => warehouse,
      loaderProblem: () => null,
      admissionProblem: () => null,
      processorProblem: () => null,
      cacheProblem: () => null,
      stopping: () => false,
    },
    logger: createLogger('warn', sink),
  });
}

afterEach(async () => {
  await gateway.close(1000);
});

describe('readiness', () => {
  test('is red while nothing can be made durable, and says why and when to ask again', async () => {
    logHealth = { state: 'read-only', reason: 'ENOSPC', sinceMs: 0 };
    const answer = await fetch(`${gateway.url}/readyz`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({
      status: 'error',
      checks: { log: { status: 'error', reason: 'read-only: ENOSPC' } },
    });
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });

  test('is a warning while the warehouse is away: events are still taken', async () => {
    warehouse = { state: 'down', reason: 'killed', sinceMs: 0 };
    const answer = await fetch(`${gateway.url}/readyz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      status: 'warn',
      checks: { warehouse: { status: 'warn', reason: 'down: killed' } },
    });
  });
});

describe('an ingest that cannot be taken now', () => {
  for (const [code, status] of [
    ['OVERLOADED', 429],
    ['READ_ONLY', 503],
  ] as const) {
    test(`${code} is ${status}, says when to come back, and closes the connection whose body was not read`, async () => {
      ingestBody = async () => {
        throw new LakegateError({ code, message: 'later', retryAfterMs: 2500 });
      };
      const answer = await fetch(`${gateway.url}/ingest/transaction`, { method: 'POST', body: '{}' });
      expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('connection')]).toEqual([
        status,
        '3',
        'close',
      ]);
      expect(await answer.json()).toEqual({ error: { code, message: 'later', retryAfterMs: 2500 } });
    });
  }
});

describe('requests that are none', () => {
  test('a Host header that is no host, a broken request line and smuggled lengths get 400, never 500', async () => {
    const requests = [
      'GET /graphql?query={fine} HTTP/1.1\r\nHost: [\r\nApollo-Require-Preflight: 1\r\nConnection: close\r\n\r\n',
      'GET //[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      'GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      'NONSENSE\r\n\r\n',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
    ];
    for (const request of requests) {
      const answer = await raw(request);
      expect(answer, request).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    expect(logged).toBe('');
  });

  test('a header larger than 16 KiB is refused', async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });
});

/** Everything that is answered to these bytes until the connection closes. */
async function raw(request: string): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  socket.on('error', () => {});
  socket.write(request);
  await once(socket, 'close');
  return answer;
}

test('there are never so many connections that no file could be opened any more', () => {
  expect([256, 1_024, 4_096, 20_000, Number.POSITIVE_INFINITY].map(connectionsWithin)).toEqual([
    128, 512, 3_096, 8_000, 8_000,
  ]);
});

describe('a server that listens on this machine alone', () => {
  const MISLED = [
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.168.0.7',
    '[::2]:1',
  ];
  const LED = ['localhost', 'LOCALHOST:4000', 'demo.localhost:80', '127.0.0.1:1', '127.8.9.10', '[::1]:4000', '[::1]'];
  const PATHS = ['/', '/healthz', '/metrics', '/graphql?query={fine}', '/graphql/stream?query={fine}'];

  test.each(PATHS)('answers under no name that somebody else has led to it, at %s', async (path) => {
    for (const host of MISLED) {
      const { status, body } = await asked(path, host);
      expect([host, status]).toEqual([host, 403]);
      expect(JSON.parse(body).error).toMatchObject({
        code: 'BAD_REQUEST',
        message: expect.stringContaining(`got "${host}"`),
      });
    }
    for (const host of LED) expect([host, (await asked(path, host)).status]).not.toEqual([host, 403]);
  });

  test('nor opens a WebSocket, whatever the page says of where it comes from', async () => {
    const origin = 'http://evil.example';
    expect(await upgraded('evil.example', origin)).toMatch(
      /^HTTP\/1.1 403 Forbidden.*expected a Host of this machine/s,
    );
    expect(await upgraded('localhost:4000', origin)).toMatch(/^HTTP\/1.1 403 Forbidden.*expected the Origin/s);
    expect(await upgraded('localhost:4000', 'http://localhost:4000')).toMatch(/^HTTP\/1.1 101/);
  });

  test('one that listens for others too answers under every name', async () => {
    await gateway.close(1000);
    gateway = await opened('0.0.0.0');
    expect((await asked('/healthz', 'lake.example')).status).toBe(200);
    expect(await upgraded('lake.example', 'https://lake.example')).toMatch(/^HTTP\/1.1 101/);
  });

  function asked(path: string, host: string): Promise<{ readonly status: number | undefined; readonly body: string }> {
    const { port } = new URL(gateway.url);
    const headers = { Host: host, 'apollo-require-preflight': 'true' };
    return new Promise((resolve, reject) => {
      const request = get({ port, host: '127.0.0.1', path, headers, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode, body }));
      });
      request.on('error', reject);
    });
  }

  async function upgraded(host: string, origin: string): Promise<string> {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').setEncoding('utf8');
    const offer = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
    const protocol = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws';
    socket.write(`GET /graphql HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\n${offer}\r\n${protocol}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return String(answer);
  }
});

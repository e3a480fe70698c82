import { once } from 'node:events';
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
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk);
      done();
    },
  });
  gateway = await openGateway({
    host: '127.0.0.1',
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
});

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
      'GET //[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'NONSENSE\r\n\r\n',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
    ];
    for (const request of requests) {
      const answer = await raw(request);
      expect(answer, request).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    expect(logged).toBe('');
  });

  test('a header larger than 16 KiB is refused', async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
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

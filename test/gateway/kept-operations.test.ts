import { once } from 'node:events';
import { connect } from 'node:net';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import type { OperationStamp } from '../../src/analytics/standing/operation-stamp.ts';
import { resolveRange } from '../../src/analytics/time/resolve-range.ts';
import { type CacheDesk, createCacheDesk } from '../../src/cache/cache-desk.ts';
import { createKeptAnswers } from '../../src/cache/kept-answers.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { createOperationCache } from '../../src/cache/operation-cache.ts';
import { addGraphqlDoor } from '../../src/gateway/graphql-door.ts';
import { createHttpServer } from '../../src/gateway/http-server.ts';
import { keepOperations } from '../../src/gateway/kept-operations.ts';
import { reportCacheOutcomes } from '../../src/gateway/report-cache-outcomes.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { asOf } from '../../src/resolvers/as-of.ts';
import type { AskContext } from '../../src/resolvers/ask-context.ts';
import { final } from '../../src/resolvers/final.ts';
import { recorded, sayingUnrecorded } from '../../src/resolvers/recorded.ts';
import { requestNowMs } from '../../src/resolvers/request-now.ts';
import { LoaderProgress, type TopicProgress } from '../../src/warehouse/load/loader-progress.ts';
import { TableGate } from '../../src/warehouse/load/table-gate.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { paymentKind } from '../support/asked-kind.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { until } from '../support/until.ts';

/** The real doors, hooks and progress, over data that is an array: what an answer must be is then known without an engine. */
const kind = paymentKind();
const TOPIC = kind.plural;
const START_MS = Date.parse('2026-11-05T12:03:00Z');
const WINDOW_END_MS = Date.parse('2026-11-05T12:10:00Z');

let nowMs: number;
let topic: TopicProgress;
let progress: LoaderProgress;
let rows: Readonly<Record<string, number>>;
let executed: number;
let routed: number;
let server: FastifyInstance;
let desk: CacheDesk;
let whileSlow: () => Promise<void>;

beforeEach(async () => {
  nowMs = START_MS;
  rows = {};
  executed = 0;
  routed = 0;
  whileSlow = async () => {};
  topic = {
    gate: new TableGate(1000),
    offsets: new Map([[0, 0n]]),
    watermarkMs: START_MS - 60_000,
    watchers: 0,
    waitedForSinceMs: null,
  };
  const clock = { nowMs: () => nowMs };
  progress = new LoaderProgress(new Map([[TOPIC, topic]]), { clock, isWarehouseUp: () => true, onDemand: () => {} });
  const store = createMemoryStore();
  const bounds = { bytesMax: 10_000_000, entriesMax: 1000, lifeMs: 600_000 };
  const cache = createOperationCache<OperationStamp>(createKeptAnswers({ store, space: 'o', clock, ...bounds }));
  desk = createCacheDesk({ results: resultCacheInMemory(), operations: cache });
  const logger = createLogger('silent');
  server = createHttpServer(logger);
  server.addHook('onRequest', async () => {
    routed++;
  });
  const contextOf = (bytes: Uint8Array | null, _gone?: AbortSignal, tenant = 'default') => ({
    tenant,
    bytes,
    reads: new OperationReads(),
    loaders: { events: { load: async () => null } },
  });
  const keptOperations = keepOperations({
    cache,
    progress,
    warehouse: NO_WAREHOUSE,
    clock,
    logger,
    tenantOf: ({ headers }) => String(headers['x-tenant'] ?? 'default'),
    contextOf,
  });
  keptOperations.standBefore(server, '127.0.0.1');
  await addGraphqlDoor(server, {
    schema: schema(),
    logger,
    page: '',
    plugins: [reportCacheOutcomes],
    contextOf,
    keptOperations,
  });
});

afterEach(() => server.close());

describe('a repeated operation', () => {
  test('is answered with the same bytes and the same type, and not executed again', async () => {
    const first = await ask('{ count }');
    const second = await ask('{ count }');
    expect([outcome(first), outcome(second)]).toEqual(['miss', 'hit']);
    expect(second.rawPayload).toEqual(first.rawPayload);
    expect(second.headers).toEqual({ ...first.headers, 'lakegate-cache': 'hit', date: second.headers.date });
    expect(executed).toBe(1);
  });

  test('is executed again after a write, and tells what was written', async () => {
    await ask('{ count }');
    await load(3);
    const after = await ask('{ count }');
    expect([outcome(after), data(after)]).toEqual(['miss', { count: 3 }]);
    expect(outcome(await ask('{ count }'))).toBe('hit');
  });

  test('is not kept when a write lands between two of its reads: it is an answer of no state', async () => {
    whileSlow = async () => {
      await until(() => executed === 1);
      await load(5);
    };
    const torn = await ask('{ count later: slowCount }');
    expect(data(torn)).toEqual({ count: 0, later: 5 });
    whileSlow = async () => {};
    const again = await ask('{ count later: slowCount }');
    expect([outcome(again), data(again)]).toEqual(['miss', { count: 5, later: 5 }]);
  });

  test('is not kept when a write lands after its last read and before it is sent', async () => {
    whileSlow = () => load(2);
    expect(data(await ask('{ count pause }'))).toEqual({ count: 0, pause: true });
    whileSlow = async () => {};
    expect(data(await ask('{ count pause }'))).toEqual({ count: 2, pause: true });
  });

  test('of another tenant has an answer of its own', async () => {
    await load(4, 'a');
    const answers = [];
    for (const tenant of ['a', 'b', 'a', 'b']) {
      const answer = await ask('{ count }', { headers: { 'x-tenant': tenant } });
      answers.push([outcome(answer), data(answer).count]);
    }
    expect(answers).toEqual([
      ['miss', 4],
      ['miss', 0],
      ['hit', 4],
      ['hit', 0],
    ]);
  });

  test('that differs in anything that was sent is another one', async () => {
    const asked: readonly (readonly [string, object?])[] = [
      ['{ count }'],
      ['{ a: count }'],
      ['{ b: count }'],
      ['query A { count } query B { n: count }', { operationName: 'A' }],
      ['query A { count } query B { n: count }', { operationName: 'B' }],
      ['query($with: Boolean!) { __typename count @include(if: $with) }', { variables: { with: true } }],
      ['query($with: Boolean!) { __typename count @include(if: $with) }', { variables: { with: false } }],
    ];
    const expected = [];
    for (const [query, body] of asked) expected.push((await ask(query, { body })).payload);
    expect(new Set(expected).size).toBe(6);
    for (const [index, [query, body]] of asked.entries()) {
      const again = await ask(query, { body });
      expect([outcome(again), again.payload]).toEqual(['hit', expected[index]]);
    }
  });

  test('is given in the type that was asked for, never in that of somebody else', async () => {
    const types = ['application/json', 'application/graphql-response+json'];
    for (const expected of ['miss', 'hit']) {
      for (const accept of types) {
        const answer = await ask('{ count }', { headers: { accept } });
        expect([outcome(answer), answer.headers['content-type']]).toEqual([expected, `${accept}; charset=utf-8`]);
      }
    }
    expect((await ask('{ count }', { headers: { accept: 'text/csv' } })).statusCode).toBe(406);
  });

  test('by GET is kept too, and only for who sends what no foreign page can', async () => {
    const get = (headers: Record<string, string>) =>
      server.inject({ method: 'GET', url: '/graphql?query=%7Bcount%7D', headers });
    const allowed = { 'apollo-require-preflight': 'yes' };
    expect([outcome(await get(allowed)), outcome(await get(allowed))]).toEqual(['miss', 'hit']);
    expect((await get({})).statusCode).toBe(400);
  });

  test('about the schema is kept', async () => {
    const query = '{ __schema { queryType { name } } }';
    expect([outcome(await ask(query)), outcome(await ask(query))]).toEqual(['miss', 'hit']);
  });
});

describe('a repeated operation that comes over a connection', () => {
  test('is answered before it is routed, as the first was but for the word hit', async () => {
    const [first = '', second] = [await send(post('{ count }')), await send(post('{ count }'))];
    expect(sorted(second)).toEqual(sorted(first.replace('lakegate-cache: miss', 'lakegate-cache: hit')));
    expect([executed, routed]).toEqual([1, 1]);
  });

  test('is the same one as on the way through its route, where a body goes that comes in pieces', async () => {
    await ask('{ count }');
    expect(await send(post('{ count }'))).toContain('lakegate-cache: hit');
    expect(await send(post('{ count }'), -1)).toContain('lakegate-cache: hit');
    expect([executed, routed]).toEqual([1, 2]);
  });

  test('is executed again after a write, and by another tenant', async () => {
    await send(post('{ count }'));
    await load(3);
    expect(await send(post('{ count }'))).toContain('{"count":3}');
    expect(await send(post('{ count }', 'X-Tenant: b'))).toContain('{"count":0}');
    expect(executed).toBe(3);
  });

  test('is refused where its Host is none or not ours, also when its answer is kept', async () => {
    await send(post('{ count }'));
    expect(await send(post('{ count }').replace('Host: localhost', 'Host: ['))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await send(post('{ count }').replace('Host: localhost', 'Host: evil.example'))).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('by GET is kept too', async () => {
    const get = 'GET /graphql?query=%7Bcount%7D HTTP/1.1\r\nHost: localhost\r\nApollo-Require-Preflight: 1\r\n';
    for (const expected of ['miss', 'hit']) {
      expect(await send(`${get}Connection: close\r\n\r\n`)).toContain(`lakegate-cache: ${expected}`);
    }
    expect(routed).toBe(1);
  });

  test('can be made anew', async () => {
    await send(post('{ count }'));
    await until(() => desk.entries('default', null).length === 1);
    await desk.refresh('default', { by: 'everything' }, () => {}, new AbortController().signal);
    expect(executed).toBe(2);
    expect(await send(post('{ count }'))).toContain('lakegate-cache: hit');
  });
});

describe('the request of a kept operation', () => {
  const LONG = `{ count } # ${'ö'.repeat(10_000)}`;

  test('takes its part of the room, and is made once more byte for byte', async () => {
    await ask(LONG);
    const [entry] = desk.entries('default', null);
    expect(entry?.bytes).toBeGreaterThan(2 * LONG.length);
    await desk.refresh('default', { by: 'everything' }, () => {}, new AbortController().signal);
    expect(executed).toBe(2);
    expect(desk.entries('default', null)).toMatchObject([{ name: entry?.name }]);
    expect(outcome(await ask(LONG))).toBe('hit');
  });

  test('that is no text could not be: it is answered and not kept', async () => {
    const payload = Buffer.from(JSON.stringify({ query: '{ count } # \u00f6' }), 'latin1');
    const headers = { 'content-type': 'application/json' };
    const answer = await server.inject({ method: 'POST', url: '/graphql', headers, payload });
    await new Promise(setImmediate);
    expect(answer.statusCode).toBe(200);
    expect(desk.entries('default', null)).toEqual([]);
  });
});

describe('what moves with time', () => {
  test('a range of whole windows stands until the clock enters the next one', async () => {
    const query = '{ from(last: "1h", every: "10m") }';
    const first = await ask(query);
    nowMs = WINDOW_END_MS - 1;
    expect([outcome(await ask(query)), outcome(await ask(query))]).toEqual(['hit', 'hit']);
    nowMs = WINDOW_END_MS + 1;
    const moved = await ask(query);
    expect(outcome(moved)).toBe('miss');
    expect(moved.payload).not.toBe(first.payload);
  });

  test('a day stands until midnight in its time zone', async () => {
    const query = '{ from(this: "DAY", timeZone: "Europe/Berlin") }';
    await ask(query);
    nowMs = Date.parse('2026-11-05T22:59:59.999Z');
    expect(outcome(await ask(query))).toBe('hit');
    nowMs = Date.parse('2026-11-05T23:00:00Z');
    expect([outcome(await ask(query)), data(await ask(query)).from]).toEqual(['miss', '2026-11-05T23:00:00.000Z']);
  });

  test('a range that is exact to the millisecond is not kept beyond it', async () => {
    const query = '{ from(last: "1h") }';
    await ask(query);
    nowMs += 1;
    expect(outcome(await ask(query))).toBe('miss');
  });

  test('a window that becomes final makes another answer; a watermark that passes no end makes none', async () => {
    const query = '{ window { final } }';
    expect(data(await ask(query))).toEqual({ window: { final: false } });
    watermark(WINDOW_END_MS - 1);
    expect(outcome(await ask(query))).toBe('hit');
    watermark(WINDOW_END_MS);
    const after = await ask(query);
    expect([outcome(after), data(after)]).toEqual(['miss', { window: { final: true } }]);
    watermark(WINDOW_END_MS + 1);
    expect(outcome(await ask(query))).toBe('hit');
  });

  test('an answer that tells the watermark is another one when that goes on', async () => {
    const query = '{ window { asOf { watermark tables } } }';
    await ask(query);
    expect(outcome(await ask(query))).toBe('hit');
    watermark(START_MS - 59_000);
    const after = await ask(query);
    expect(outcome(after)).toBe('miss');
    expect(after.payload).toContain('2026-11-05T12:02:01');
    const silent = '{ window { asOf { tables } } }';
    await ask(silent);
    watermark(START_MS - 58_000);
    expect(outcome(await ask(silent))).toBe('hit');
  });
});

describe('never kept', () => {
  test('an answer with an error, even beside fields that were answered', async () => {
    for (const query of ['{ count broken }', '{ count nope }', '{ count']) {
      expect([outcome(await ask(query)), outcome(await ask(query))]).not.toContain('hit');
    }
  });

  test('a mutation: each is carried out', async () => {
    const said = [await ask('mutation { add }'), await ask('mutation { add }')];
    expect(said.map((answer) => data(answer).add)).toEqual([1, 2]);
    expect(said.map(outcome)).toEqual([undefined, undefined]);
  });

  test('a field that does not write down what it reads, beside fields that do', async () => {
    const values = [await ask('{ count unwritten }'), await ask('{ count unwritten }')].map(data);
    expect(values.map(({ unwritten }) => unwritten)).toEqual([1, 2]);
  });

  test('a body that is longer than any query people write', async () => {
    const query = `{ count } #${'x'.repeat(70_000)}`;
    expect([outcome(await ask(query)), outcome(await ask(query))]).not.toContain('hit');
  });
});

describe('whoever looks', () => {
  test('sees the operation as it was asked, of its own tenant only', async () => {
    await ask('{ from(last: "1h", every: "10m") count }', { headers: { 'x-tenant': 'a' } });
    await until(() => desk.entries('a', null).length === 1);
    expect(desk.entries('a', TOPIC)).toMatchObject([
      {
        whole: true,
        topics: [TOPIC],
        question: '{"query":"{ from(last: \\"1h\\", every: \\"10m\\") count }"}',
        range: '2026-11-05T11:00:00.000000Z to 2026-11-05T12:10:00.000000Z',
      },
    ]);
    expect(desk.entries('default', null)).toEqual([]);
    const [entry] = desk.entries('a', null);
    expect(await desk.invalidate('default', { by: 'key', key: entry?.name ?? '' })).toMatchObject({ removed: 0 });
    expect(await desk.invalidate('a', { by: 'topic', topic: TOPIC })).toMatchObject({ removed: 1 });
    expect(outcome(await ask('{ from(last: "1h", every: "10m") count }', { headers: { 'x-tenant': 'a' } }))).toBe(
      'miss',
    );
  });

  test('can have it made anew; until then readers have the old one', async () => {
    await ask('{ pause count }');
    await until(() => desk.entries('default', null).length === 1);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    whileSlow = () => held;
    const refreshing = desk.refresh('default', { by: 'everything' }, () => {}, new AbortController().signal);
    await until(() => executed === 2);
    expect(outcome(await ask('{ pause count }'))).toBe('hit');
    release();
    await refreshing;
    expect(executed).toBe(2);
    expect(outcome(await ask('{ pause count }'))).toBe('hit');
  });
});

interface AskOptions {
  readonly headers?: Record<string, string>;
  readonly body?: object | undefined;
}

/** The answer, when what becomes of it in the cache is settled too. */
async function ask(query: string, { headers = {}, body = {} }: AskOptions = {}): Promise<LightMyRequestResponse> {
  const answer = await server.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify({ query, ...body }),
  });
  await new Promise(setImmediate);
  return answer;
}

function post(query: string, header = 'X: x'): string {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n${header}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** All that is answered to a request that is sent in one piece, or in two that are cut there. */
async function send(request: string, at = request.length): Promise<string> {
  if (!server.server.listening) await server.listen({ host: '127.0.0.1', port: 0 });
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  const socket = connect(address.port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  socket.write(request.slice(0, at));
  await once(server.server, 'request');
  socket.write(request.slice(at));
  await once(socket, 'close');
  await new Promise(setImmediate);
  return answer;
}

/** Line by line, whatever the order of headers, and without the time of day. */
function sorted(answer = ''): readonly string[] {
  return answer
    .split('\r\n')
    .filter((line) => !line.toLowerCase().startsWith('date:'))
    .sort();
}

function outcome(answer: LightMyRequestResponse): unknown {
  return answer.headers['lakegate-cache'];
}

function data(answer: LightMyRequestResponse): Record<string, unknown> {
  return JSON.parse(answer.payload).data;
}

async function load(count: number, tenant = 'default'): Promise<void> {
  await topic.gate.beginLoad();
  rows = { ...rows, [tenant]: (rows[tenant] ?? 0) + count };
  topic.offsets = new Map([[0, (topic.offsets.get(0) ?? 0n) + BigInt(count)]]);
  topic.gate.endLoad();
  progress.advanced(TOPIC);
}

function watermark(atMs: number): void {
  topic.watermarkMs = atMs;
  progress.advanced(TOPIC);
}

async function readCount({ tenant, reads }: AskContext) {
  const read = async () => rows[tenant] ?? 0;
  const { value, ...readFrom } = await progress.consistently([TOPIC], read, 10_000);
  reads.read({ ...readFrom, topics: [TOPIC], rates: null });
  return { value, version: readFrom.version };
}

interface FromArguments {
  readonly last?: string;
  readonly this?: 'DAY';
  readonly every?: string;
  readonly timeZone?: string;
}

function schema() {
  let added = 0;
  let unwritten = 0;
  const kept = {
    count: async (_source: unknown, _args: unknown, context: AskContext) => {
      executed++;
      return (await readCount(context)).value;
    },
    slowCount: async (_source: unknown, _args: unknown, context: AskContext) => {
      await whileSlow();
      return (await readCount(context)).value;
    },
    pause: async (_source: unknown, _args: unknown, context: AskContext) => {
      await readCount(context);
      await whileSlow();
      return true;
    },
    from: (_source: unknown, { timeZone = 'UTC', every, ...range }: FromArguments, context: AskContext) => {
      const said = { range, every: every ?? null, timeZone };
      const resolved = resolveRange({ ...said, nowMs: requestNowMs(context, { nowMs: () => nowMs }, said) });
      return new Date(resolved.fromUs / 1000).toISOString();
    },
    window: async (_source: unknown, _args: unknown, context: AskContext) => {
      const { version } = await readCount(context);
      return {
        final: final(context, kind, version, WINDOW_END_MS * 1000),
        asOf: asOf(context, kind, version, ['raw']),
      };
    },
    broken: () => {
      throw new Error('broken');
    },
  };
  return makeExecutableSchema<AskContext>({
    typeDefs: `
      type Query {
        count: Int
        slowCount: Int
        pause: Boolean
        from(last: String, this: String, every: String, timeZone: String): String
        window: Window
        broken: Int
        unwritten: Int
      }
      type Window { final: Boolean asOf: AsOf }
      type AsOf { version: String watermark: String tables: [String] }
      type Mutation { add: Int }`,
    resolvers: {
      Query: sayingUnrecorded({ ...recorded(kept as never), unwritten: () => ++unwritten }),
      Mutation: { add: () => ++added },
    },
  });
}

/** Nothing here converts money, which is all that a stamp asks the warehouse about. */
const NO_WAREHOUSE = {} as Warehouse;

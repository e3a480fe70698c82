import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CacheStore } from '../../src/cache/cache-store.ts';
import { createKeptAnswers } from '../../src/cache/kept-answers.ts';
import { createRedisStore } from '../../src/cache/redis-store.ts';
import { createResultCache, type ResultCache } from '../../src/cache/result-cache.ts';
import { EMPTY_VERSION } from '../../src/model/version.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const PREFIX = 'faults:';

describeWithRedis('a Redis that fails makes answers slower, never wrong and never an error', () => {
  let redis: TestRedis;
  let store: CacheStore;
  let cache: ResultCache;

  beforeEach(async () => {
    redis = await startRedis();
    store = createRedisStore({ url: redis.url, prefix: PREFIX, logger: createLogger('silent') });
    cache = cacheOn(store);
    await untilKept();
  });

  afterEach(async () => {
    await store.close();
    await redis.stop();
  });

  /** The answer says its question, so that one under a wrong name is seen. */
  function ask(question: string) {
    const compute = async () => ({ text: () => `answer to ${question}`, identity: 'i', version: EMPTY_VERSION });
    return cache.through({ tenant: 't', question, identity: 'i', version: EMPTY_VERSION }, compute);
  }

  async function untilKept(): Promise<void> {
    await until(async () => (await ask('settled')).outcome === 'hit');
  }

  async function askMany(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const question = `q${index % 20}`;
      expect((await ask(question)).text).toBe(`answer to ${question}`);
    }
  }

  test('killed in mid-use, and there again', async () => {
    await askMany(40);
    await redis.kill();
    await askMany(60);
    expect(store.health().problem).not.toBeNull();
    await redis.restart();
    await untilKept();
    expect(store.health().problem).toBeNull();
  });

  test('frozen: it costs a bounded time once in a while, not for every question, and is back by itself', async () => {
    await redis.freeze();
    const startedAtMs = performance.now();
    await askMany(2_000);
    // Each alone would have waited 50 ms for its answer: 100 s, and as much again for keeping it.
    expect(performance.now() - startedAtMs).toBeLessThan(50_000);
    expect(store.health().problem).not.toBeNull();
    expect(store.health().failures).toBeGreaterThan(1_000);
    redis.resume();
    await untilKept();
    expect(store.health().problem).toBeNull();
  });

  test('emptied: everything is computed once more', async () => {
    await ask('a');
    expect((await ask('a')).outcome).toBe('hit');
    await redis.command('FLUSHALL');
    expect(await ask('a')).toMatchObject({ text: 'answer to a', outcome: 'miss' });
    expect((await ask('a')).outcome).toBe('hit');
  });

  test('given other bytes under our names: they are noticed, and not used', async () => {
    const [name] = await keyOf('a');
    for (const garbage of [Buffer.from('garbage'), Buffer.from([0xff, 0x00, 0xfe, 0x0a]), Buffer.from('')]) {
      await redis.command('SET', name, garbage);
      expect(await ask('a')).toMatchObject({ text: 'answer to a', outcome: 'miss' });
    }
    expect(store.health().damaged).toBe(3);
    expect((await ask('a')).outcome).toBe('hit');
  });

  test('an answer that was moved under the name of another question is not used', async () => {
    const [a] = await keyOf('a');
    const [b] = await keyOf('b');
    await redis.command('COPY', a, b, 'REPLACE');
    expect(await ask('b')).toMatchObject({ text: 'answer to b', outcome: 'miss' });
    expect(store.health().damaged).toBe(1);
  });

  test('a value of another type under our name is no answer', async () => {
    const [name] = await keyOf('a');
    await redis.command('DEL', name);
    await redis.command('RPUSH', name, 'x');
    expect(await ask('a')).toMatchObject({ text: 'answer to a', outcome: 'miss' });
  });

  test('what is kept there has an end, so that it never fills with what nobody can ask for', async () => {
    const [name] = await keyOf('a');
    const reply = await redis.command('TTL', name);
    expect(Number(reply.slice(1))).toBeGreaterThan(0);
    expect(Number(reply.slice(1))).toBeLessThanOrEqual(86_400);
  });

  test('what one process keeps another finds, with the same prefix and with no other', async () => {
    await ask('shared');
    for (const [prefix, outcome] of [
      [PREFIX, 'hit'],
      ['other:', 'miss'],
    ] as const) {
      const other = createRedisStore({ url: redis.url, prefix, logger: createLogger('silent') });
      await until(async () => (await other.get('anything')).state === 'nothing');
      const key = { tenant: 't', question: 'shared', identity: 'i', version: EMPTY_VERSION };
      const found = await cacheOn(other).through(key, async () => ({
        text: () => 'anew',
        identity: 'i',
        version: EMPTY_VERSION,
      }));
      expect(found.outcome).toBe(outcome);
      await other.close();
    }
  });

  /** Of the answer to this question in Redis; it is asked first. */
  async function keyOf(question: string): Promise<readonly [string]> {
    const { entry } = await ask(question);
    return [`${PREFIX}r:${entry}`];
  }
});

test('a Redis that is not there does not keep a process from starting, nor from ending', async () => {
  const store = createRedisStore({ url: 'redis://127.0.0.1:1/0', prefix: PREFIX, logger: createLogger('silent') });
  const cache = cacheOn(store);
  const key = { tenant: 't', question: 'q', identity: 'i', version: EMPTY_VERSION };
  const answer = await cache.through(key, async () => ({ text: () => 'a', identity: 'i', version: EMPTY_VERSION }));
  expect(answer).toMatchObject({ text: 'a', outcome: 'miss' });
  expect(store.health().problem).not.toBeNull();
  await store.close();
});

test('a server that takes nothing any more is hung up on, so that what is on its way there does not pile up', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    // The first is answered until it is sent more than a word; then nobody is.
    socket.on('data', (data) => (connections === 1 && data.length < 1000 ? socket.write('+OK\r\n') : socket.pause()));
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  const url = `redis://127.0.0.1:${address.port}/0`;
  const store = createRedisStore({ url, prefix: PREFIX, logger: createLogger('silent') });
  const large = 'x'.repeat(8_000_000);
  await until(async () => {
    await store.set('large', large, 600_000);
    return connections > 1;
  });
  await store.close();
  server.close();
});

function cacheOn(store: CacheStore): ResultCache {
  const bounds = { bytesMax: 1_000_000, entriesMax: 1000, lifeMs: 86_400_000 };
  return createResultCache(createKeptAnswers({ store, space: 'r', clock: systemClock, ...bounds }));
}

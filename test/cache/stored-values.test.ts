import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CacheStore, UNAVAILABLE } from '../../src/cache/cache-store.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { createRedisStore } from '../../src/cache/redis-store.ts';
import { createStoredValues, type StoredValues } from '../../src/cache/stored-values.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

let nowMs = 1_000_000;
const clock = { nowMs: () => nowMs };

function keepsValues(open: () => Promise<CacheStore>): void {
  let store: CacheStore;
  let values: StoredValues;
  beforeAll(async () => {
    store = await open();
    values = createStoredValues(store, clock);
    await until(() => store.set('ready', 'yes', 60_000));
  });
  afterAll(() => store.close());

  test('a value is found by its tenant under its key until its time is over', async () => {
    const stored = await values.put('a', { key: 'k', value: { rows: [1, null, 'ü'] }, ttlMs: 60_000 });
    expect(stored).toEqual({ key: 'k', value: { rows: [1, null, 'ü'] }, expiresAtMs: nowMs + 60_000 });
    expect(await values.get('a', 'k')).toEqual(stored);
    expect(await values.get('b', 'k')).toBeNull();
    expect(await values.get('a', 'K')).toBeNull();
    nowMs += 60_000;
    expect(await values.get('a', 'k')).toBeNull();
  });

  test('a value that is put again replaces the one that is there', async () => {
    await values.put('a', { key: 'twice', value: 1, ttlMs: 60_000 });
    await values.put('a', { key: 'twice', value: 2, ttlMs: 60_000 });
    expect((await values.get('a', 'twice'))?.value).toBe(2);
  });

  test.each([
    ['a time that is too short', { key: 'k', value: 1, ttlMs: 999 }, 'ttl: expected a duration between 1s and 7d'],
    ['a time that is too long', { key: 'k', value: 1, ttlMs: 7 * 86_400_000 + 1 }, 'ttl: expected'],
    ['no key', { key: '', value: 1, ttlMs: 1000 }, 'key: expected 1 to 256 characters, got 0'],
    ['a key that is too long', { key: 'k'.repeat(257), value: 1, ttlMs: 1000 }, 'got 257'],
    [
      'a value that is too large',
      { key: 'k', value: 'x'.repeat(300_000), ttlMs: 1000 },
      'value: expected at most 262144',
    ],
  ])('%s is refused, with what was expected', async (_what, stored, message) => {
    await expect(values.put('a', stored)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining(message),
    });
  });
}

describe('values of a caller in memory', () => keepsValues(async () => createMemoryStore()));

describeWithRedis('values of a caller in Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  keepsValues(async () =>
    createRedisStore({ url: redis.url, prefix: 'values:', patienceMs: 30_000, logger: createLogger('silent') }),
  );
});

test('where nobody can look, that is said: it is not the same as that there is none', async () => {
  const values = createStoredValues(
    { ...createMemoryStore(), get: async () => UNAVAILABLE, set: async () => false },
    clock,
  );
  await expect(values.get('a', 'k')).rejects.toMatchObject({ code: 'CACHE_DOWN', retryable: true });
  await expect(values.put('a', { key: 'k', value: 1, ttlMs: 1000 })).rejects.toMatchObject({ code: 'CACHE_DOWN' });
});

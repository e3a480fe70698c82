import { afterAll, beforeAll, describe } from 'vitest';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { createRedisStore } from '../../src/cache/redis-store.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { cacheStoreContract } from '../contracts/cache-store-contract.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';

describe('the store in memory', () => {
  cacheStoreContract(async () => createMemoryStore());
});

describeWithRedis('the store in Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  cacheStoreContract(async () =>
    createRedisStore({ url: redis.url, prefix: 'contract:', patienceMs: 30_000, logger: createLogger('silent') }),
  );
});

import { createHash, randomUUID } from 'node:crypto';
import type { OperationStamp } from '../../analytics/standing/operation-stamp.ts';
import { type CacheDesk, createCacheDesk } from '../../cache/cache-desk.ts';
import type { CacheStore, StoreHealth } from '../../cache/cache-store.ts';
import { createKeptAnswers, type KeptAnswers } from '../../cache/kept-answers.ts';
import { createMemoryStore } from '../../cache/memory-store.ts';
import { createOperationCache, type OperationCache } from '../../cache/operation-cache.ts';
import { createRedisStore } from '../../cache/redis-store.ts';
import { createResultCache, ENTRIES_MAX, LIFE_MS, type ResultCache } from '../../cache/result-cache.ts';
import { createStoredValues, type StoredValues } from '../../cache/stored-values.ts';
import { publicError } from '../../gateway/public-error.ts';
import { systemClock } from '../../platform/clock.ts';
import { Runs } from '../../platform/runs.ts';
import { DATABASE, type Warehouse } from '../../warehouse/warehouse.ts';
import type { StartContext } from './pipeline.ts';

/** Everything of the cache that this process has, on one store. */
export interface OpenCache {
  readonly results: ResultCache;
  readonly operations: OperationCache<OperationStamp>;
  readonly desk: CacheDesk;
  readonly storedValues: StoredValues;
  /** Long work: refreshing is some. */
  readonly runs: Runs;
  health(): StoreHealth;
  close(): Promise<void>;
}

/** `warehouse` null: nothing is asked of this process, and nothing is kept. */
export async function openCache(context: StartContext, warehouse: Warehouse | null): Promise<OpenCache> {
  const { config, logger } = context;
  const runs = new Runs(systemClock, (error) => publicError(error, logger).message);
  const store = await openStore(context, warehouse);
  const answersIn = (space: string): KeptAnswers =>
    createKeptAnswers({
      store,
      space,
      bytesMax: config.cacheBytesMax / 2,
      entriesMax: ENTRIES_MAX,
      lifeMs: LIFE_MS,
      clock: systemClock,
    });
  const results = createResultCache(answersIn('answer'));
  const operations = createOperationCache<OperationStamp>(answersIn('operation'));
  return {
    results,
    operations,
    desk: createCacheDesk({ results, operations }),
    storedValues: createStoredValues(store, systemClock),
    runs,
    health: store.health,
    async close() {
      await runs.stop();
      await store.close();
    },
  };
}

async function openStore(context: StartContext, warehouse: Warehouse | null): Promise<CacheStore> {
  const { config, logger, model } = context;
  if (config.redisUrl === null || warehouse === null) return createMemoryStore();
  const declared = model.kinds.map(({ sdl }) => sdl).join('\n');
  const data = await dataName(context, warehouse);
  const mark = createHash('sha256')
    .update(JSON.stringify([data, declared]))
    .digest('base64url')
    .slice(0, 22);
  return createRedisStore({ url: config.redisUrl, prefix: `lakegate:${FORMAT}:${mark}:`, logger });
}

/** Goes up when what is kept is written in another way, or means something else. */
const FORMAT = 2;

/**
 * Equal names, the same data: identities are compared within one warehouse only. An embedded log is read by one process, and a copy of it
 * that was put back would give the same offsets to other events: what an earlier process kept is not looked for. Otherwise the tables say
 * which they are; tables that are made anew are others.
 */
async function dataName({ config }: StartContext, warehouse: Warehouse): Promise<string> {
  if (config.kafka === null) return randomUUID();
  const { rows } = await warehouse.query<{ readonly uuid: string }>(
    `SELECT toString(uuid) AS uuid FROM system.tables WHERE database = '${DATABASE}' AND name = 'bound_log'`,
  );
  return rows[0]?.uuid ?? randomUUID();
}

import type { OperationStamp } from '../../analytics/standing/operation-stamp.ts';
import { type CacheDesk, createCacheDesk } from '../../cache/cache-desk.ts';
import type { StoreHealth } from '../../cache/cache-store.ts';
import { createKeptAnswers, type KeptAnswers } from '../../cache/kept-answers.ts';
import { createMemoryStore } from '../../cache/memory-store.ts';
import { createOperationCache, type OperationCache } from '../../cache/operation-cache.ts';
import { createRedisStore } from '../../cache/redis-store.ts';
import { createResultCache, type ResultCache } from '../../cache/result-cache.ts';
import { createStoredValues, type StoredValues } from '../../cache/stored-values.ts';
import type { QueryFile } from '../../gateway/queries/named-queries.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { type CachePlaces, cachePlaces } from './cache-places.ts';
import type { StartContext } from './pipeline.ts';

/** Everything of the cache that this process has, on one store. */
export interface OpenCache {
  readonly results: ResultCache;
  /** `results`, for live questions. */
  readonly liveResults: ResultCache;
  readonly operations: OperationCache<OperationStamp>;
  readonly desk: CacheDesk;
  readonly storedValues: StoredValues;
  health(): StoreHealth;
  close(): Promise<void>;
}

interface CacheOptions {
  /** Null: nothing is asked of this process, and nothing is kept. */
  readonly warehouse: Warehouse | null;
  readonly queries: readonly QueryFile[];
  /** Of the product. */
  readonly version: string;
}

export async function openCache(
  { config, model, logger }: Pick<StartContext, 'config' | 'model' | 'logger'>,
  { warehouse, queries, version }: CacheOptions,
): Promise<OpenCache> {
  const url = warehouse === null ? null : config.redisUrl;
  const places =
    warehouse === null || url === null ? OURS_ALONE : await cachePlaces({ version, config, model, queries }, warehouse);
  const store = url === null ? createMemoryStore() : createRedisStore({ url, prefix: 'lakegate:', logger });
  const answersIn = (space: string): KeptAnswers =>
    createKeptAnswers({
      store,
      space: places.answers + space,
      bytesMax: config.cacheBytesMax / 2,
      entriesMax: ENTRIES_MAX,
      lifeMs: LIFE_MS,
      clock: systemClock,
    });
  const results = createResultCache(answersIn('answer'));
  const operations = createOperationCache<OperationStamp>(answersIn('operation'));
  return {
    results,
    liveResults: results.countedApart(),
    operations,
    desk: createCacheDesk({ results, operations }),
    storedValues: createStoredValues(store, systemClock, `${places.values}value`),
    health: store.health,
    close: store.close,
  };
}

/** In this process's memory nobody else keeps anything. */
const OURS_ALONE: CachePlaces = { answers: '', values: '' };

/** The charts of many people at once; where they are small, the room for bytes is not used up. */
const ENTRIES_MAX = 10_000;
/** Data that does not change has the same answers tomorrow; whatever is left of data that did is gone the day after. */
const LIFE_MS = 24 * 3_600_000;

import type { Registry } from 'prom-client';
import type { StoreHealth } from '../../cache/cache-store.ts';
import type { CacheCounters } from '../../cache/kept-answers.ts';
import { readFigures } from './read-figures.ts';

export interface CacheSources {
  readonly results: () => CacheCounters;
  /** Of live questions, which are evaluated whenever something changed. */
  readonly live: () => Pick<CacheCounters, 'hits' | 'misses'>;
  readonly operations: () => CacheCounters;
  readonly store: () => StoreHealth;
}

/** What is kept, what it was good for, and how the store does: read when it is asked for. */
export function showCache(registry: Registry, { results, live, operations, store }: CacheSources): void {
  const { counter, gauge } = readFigures(registry);
  const evictions = () => results().evictions + operations().evictions;
  counter('lakegate_cache_hits_total', 'Questions answered from the cache, live ones aside.', () => results().hits);
  counter(
    'lakegate_cache_misses_total',
    'Questions for which the warehouse was asked, live ones aside.',
    () => results().misses,
  );
  counter(
    'lakegate_cache_live_hits_total',
    'Evaluations of live questions, and segments of them, that the cache had.',
    () => live().hits,
  );
  counter(
    'lakegate_cache_live_misses_total',
    'Evaluations of live questions, and segments of them, for which the warehouse was asked.',
    () => live().misses,
  );
  counter(
    'lakegate_cache_operation_hits_total',
    'Operations answered from the cache before they were parsed.',
    () => operations().hits,
  );
  counter('lakegate_cache_operation_misses_total', 'Operations that were executed.', () => operations().misses);
  counter('lakegate_cache_evictions_total', 'Entries that went because there was no room.', evictions);
  counter(
    'lakegate_cache_store_failures_total',
    'Calls to the store that failed, or were not made because it hangs.',
    () => store().failures,
  );
  counter(
    'lakegate_cache_damaged_total',
    'Entries that were not what had been kept; they were not used.',
    () => store().damaged,
  );
  gauge('lakegate_cache_bytes', 'Size of what this process keeps.', () => results().bytes + operations().bytes);
  gauge(
    'lakegate_cache_entries',
    'Number of answers that this process keeps.',
    () => results().entries + operations().entries,
  );
  gauge('lakegate_cache_store_up', '1 while the store of the cache answers.', () => (store().problem === null ? 1 : 0));
}

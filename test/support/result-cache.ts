import { createKeptAnswers, type KeptAnswersOptions } from '../../src/cache/kept-answers.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { createResultCache, type ResultCache } from '../../src/cache/result-cache.ts';
import { systemClock } from '../../src/platform/clock.ts';

/** In memory, with room for all that a test keeps, unless it says otherwise. */
export function resultCacheInMemory(options: Partial<KeptAnswersOptions> = {}): ResultCache {
  const bounds = { bytesMax: 64 * 1024 * 1024, entriesMax: 10_000, lifeMs: 24 * 3_600_000 };
  return createResultCache(
    createKeptAnswers({ store: createMemoryStore(), space: 'r', clock: systemClock, ...bounds, ...options }),
  );
}

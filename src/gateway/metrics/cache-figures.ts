import { Counter, type Registry } from 'prom-client';
import type { CacheCounters } from '../../cache/result-cache.ts';

export function showCache(registry: Registry, counters: () => CacheCounters): void {
  new Counter({
    name: 'lakegate_cache_hits_total',
    help: 'Questions answered from the cache.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(counters().hits);
    },
  });
  new Counter({
    name: 'lakegate_cache_misses_total',
    help: 'Questions for which the warehouse was asked.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(counters().misses);
    },
  });
}

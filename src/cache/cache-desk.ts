import { LakegateError } from '../platform/errors.ts';
import type { Removed } from './kept-answers.ts';
import type { KeptEntry } from './kept-entries.ts';
import type { OperationCache } from './operation-cache.ts';
import type { ResultCache } from './result-cache.ts';

/** Where people look at what is kept for their tenant, and throw it away or have it made anew. Nothing depends on their doing so. */
export interface CacheDesk {
  figures(tenant: string): CacheFigures;
  /** Largest first. `topic` null: all. */
  entries(tenant: string, topic: string | null): readonly CacheEntry[];
  entry(tenant: string, key: string): CacheEntry | null;
  /** CACHE_DOWN if the store may still have some of it. */
  invalidate(tenant: string, target: CacheTarget): Promise<Removed>;
  /**
   * Makes everything anew that is meant, and keeps it; until then the old is given out. What something is put together from comes before it:
   * segments, answers, operations. Calls back after each with how many are done and how many there are.
   */
  refresh(
    tenant: string,
    target: CacheTarget,
    onDone: (done: number, count: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface CacheFigures {
  readonly hitRatio: number;
  readonly entryCount: number;
  readonly bytes: number;
  readonly evictions: number;
}

export interface CacheEntry extends KeptEntry {
  /** Of a whole operation. */
  readonly whole: boolean;
}

export type CacheTarget =
  | { readonly by: 'key'; readonly key: string }
  | { readonly by: 'topic'; readonly topic: string }
  | { readonly by: 'everything' };

interface Caches {
  readonly results: ResultCache;
  readonly operations: Pick<OperationCache<unknown>, 'answers' | 'counters'>;
}

export function createCacheDesk(caches: Caches): CacheDesk {
  return {
    figures: (tenant) => figures(caches, tenant),
    entries: (tenant, topic) =>
      entriesOf(caches, tenant).filter((entry) => topic === null || entry.topics.includes(topic)),
    entry: (tenant, key) => entryOf(caches, tenant, key),
    invalidate: (tenant, target) => invalidate(caches, tenant, target),
    refresh: (tenant, target, onDone, signal) => refresh(toRefresh(caches, tenant, target), onDone, signal),
  };
}

function figures({ results, operations }: Caches, tenant: string): CacheFigures {
  const [result, operation] = [results.counters(), operations.counters()];
  // An operation that was not found asks its questions: they are counted there.
  const hits = result.hits + operation.hits;
  const entries = [...results.answers.entries(tenant), ...operations.answers.entries(tenant)];
  return {
    hitRatio: hits === 0 ? 0 : hits / (hits + result.misses),
    entryCount: entries.length,
    bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    evictions: result.evictions + operation.evictions,
  };
}

function entriesOf({ results, operations }: Caches, tenant: string): readonly CacheEntry[] {
  const answers = results.answers.entries(tenant).map((entry) => ({ ...entry, whole: false }));
  const whole = operations.answers.entries(tenant).map((entry) => ({ ...entry, whole: true }));
  return [...answers, ...whole].sort((a, b) => b.bytes - a.bytes);
}

function entryOf({ results, operations }: Caches, tenant: string, key: string): CacheEntry | null {
  const answer = results.answers.entry(tenant, key);
  if (answer !== null) return { ...answer, whole: false };
  const operation = operations.answers.entry(tenant, key);
  return operation === null ? null : { ...operation, whole: true };
}

async function invalidate(caches: Caches, tenant: string, target: CacheTarget): Promise<Removed> {
  const [results, operations] = [caches.results.answers, caches.operations.answers];
  // Operations first: one that is found needs no answers.
  if (target.by === 'everything') return together(await operations.clear(tenant), await results.clear(tenant));
  const entries = meant(caches, tenant, target);
  return together(
    await operations.remove(entries.filter(({ whole }) => whole)),
    await results.remove(entries.filter(({ whole }) => !whole)),
  );
}

function together(...parts: readonly (Removed | null)[]): Removed {
  const sum = { removed: 0, bytesFreed: 0 };
  for (const part of parts) {
    if (part === null) throw notRemoved();
    sum.removed += part.removed;
    sum.bytesFreed += part.bytesFreed;
  }
  return sum;
}

function notRemoved(): LakegateError {
  return new LakegateError({
    code: 'CACHE_DOWN',
    message: 'The store of the cache does not answer at the moment, so some of it may still be there.',
    retryAfterMs: 1000,
  });
}

function meant(caches: Caches, tenant: string, target: CacheTarget): readonly CacheEntry[] {
  if (target.by === 'key') return [entryOf(caches, tenant, target.key)].filter((entry) => entry !== null);
  const all = entriesOf(caches, tenant);
  return target.by === 'everything' ? all : all.filter(({ topics }) => topics.includes(target.topic));
}

/** In this order nothing is put together from what is still to be made anew. */
function toRefresh(caches: Caches, tenant: string, target: CacheTarget): readonly CacheEntry[] {
  const ordered = new Map<string, CacheEntry>();
  const add = (entry: CacheEntry | null) => {
    if (entry === null || ordered.has(entry.name)) return;
    for (const key of entry.from) add(entryOf(caches, tenant, key));
    ordered.set(entry.name, entry);
  };
  for (const entry of meant(caches, tenant, target)) add(entry);
  return [...ordered.values()];
}

async function refresh(
  entries: readonly CacheEntry[],
  onDone: (done: number, count: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const [index, entry] of entries.entries()) {
    if (signal.aborted) return;
    await entry.recompute();
    onDone(index + 1, entries.length);
  }
}

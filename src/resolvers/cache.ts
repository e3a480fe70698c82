import type { CacheDesk, CacheEntry, CacheTarget } from '../cache/cache-desk.ts';
import type { StoredValue, StoredValues } from '../cache/stored-values.ts';
import type { EventModel } from '../model/event-model.ts';
import { dateTimeText } from '../model/values/date-time.ts';
import { parseDurationMs } from '../platform/duration.ts';
import { LakegateError } from '../platform/errors.ts';
import type { Runs } from '../platform/runs.ts';
import type {
  CacheTarget as CacheTargetInput,
  MutationStoreValueArgs,
  QueryStoredValueArgs,
} from './generated/schema-types.ts';
import { runShape } from './runs.ts';

export interface CacheServices {
  readonly cacheDesk: CacheDesk;
  readonly storedValues: StoredValues;
  readonly runs: Runs;
}

interface Tenant {
  readonly tenant: string;
}

/** `cache`: what is kept for the caller's tenant. */
export function cacheResolver(model: EventModel, { cacheDesk }: CacheServices) {
  return (_source: unknown, _args: unknown, { tenant }: Tenant) => ({
    ...cacheDesk.figures(tenant),
    entries: ({ kind, first }: { readonly kind?: string | null; readonly first: number }) => {
      if (first < 0 || first > ENTRIES_MAX) throw refused(`first: expected 0 to ${ENTRIES_MAX}, got ${first}`);
      const entries = cacheDesk.entries(tenant, kind == null ? null : topicOf(model, kind));
      return entries.slice(0, first).map((entry) => entryShape(model, entry));
    },
    entry: ({ key }: { readonly key: string }) => {
      const entry = cacheDesk.entry(tenant, key);
      return entry === null ? null : entryShape(model, entry);
    },
  });
}

/** More than one can look at. */
const ENTRIES_MAX = 1000;

export function invalidateCacheResolver(model: EventModel, { cacheDesk }: CacheServices) {
  return (_source: unknown, { target }: { readonly target: CacheTargetInput }, { tenant }: Tenant) =>
    cacheDesk.invalidate(tenant, targetOf(model, target));
}

/** Answers with the run that does it. */
export function refreshCacheResolver(model: EventModel, { cacheDesk, runs }: CacheServices) {
  return (_source: unknown, args: { readonly target: CacheTargetInput }, { tenant }: Tenant) => {
    const target = targetOf(model, args.target);
    const run = runs.start(tenant, 'refreshCache', (tell, signal) => {
      const onDone = (done: number, count: number) => tell({ progress: done / count, read: count, written: done });
      return cacheDesk.refresh(tenant, target, onDone, signal);
    });
    if (run !== null) return runShape(run);
    throw new LakegateError({ code: 'OVERLOADED', message: 'Too many runs wait already.', retryAfterMs: 10_000 });
  };
}

/** `ttl` has a default. */
type StoreValueArguments = MutationStoreValueArgs & { readonly ttl: string };

export function storeValueResolver({ storedValues }: CacheServices) {
  return async (_source: unknown, { key, value, ttl }: StoreValueArguments, { tenant }: Tenant) => {
    const ttlMs = parseDurationMs(ttl);
    if (ttlMs === null) throw refused(`ttl: expected a duration such as 30s, 5m or 1d, got ${JSON.stringify(ttl)}`);
    return storedShape(await storedValues.put(tenant, { key, value, ttlMs }));
  };
}

export function storedValueResolver({ storedValues }: CacheServices) {
  return async (_source: unknown, { key }: QueryStoredValueArgs, { tenant }: Tenant) => {
    const stored = await storedValues.get(tenant, key);
    return stored === null ? null : storedShape(stored);
  };
}

function storedShape({ key, value, expiresAtMs }: StoredValue) {
  return { key, value, expiresAt: dateTimeText(BigInt(expiresAtMs) * 1000n) };
}

function entryShape(model: EventModel, { name, topics, createdAtMs, ...entry }: CacheEntry) {
  return {
    ...entry,
    key: name,
    kinds: model.kinds.filter(({ plural }) => topics.includes(plural)).map(({ kind }) => kind),
    createdAt: dateTimeText(BigInt(createdAtMs) * 1000n),
  };
}

function targetOf(model: EventModel, { key, kind, everything }: CacheTargetInput): CacheTarget {
  if (key != null) return { by: 'key', key };
  if (kind != null) return { by: 'topic', topic: topicOf(model, kind) };
  if (everything === true) return { by: 'everything' };
  throw refused('target: expected a key, a kind or everything: true');
}

function topicOf(model: EventModel, name: string): string {
  const kind = model.kinds.find((each) => each.kind === name);
  if (kind === undefined) throw new LakegateError({ code: 'UNKNOWN_KIND', message: `no kind ${name} is declared` });
  return kind.plural;
}

function refused(message: string): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message });
}

import { createHash } from 'node:crypto';
import { KeyvCacheableMemory } from '@cacheable/memory';
import { Keyv } from 'keyv';
import type { Version } from '../model/version.ts';
import { KeptSizes } from './kept-sizes.ts';

/**
 * Finished answers by tenant, question and the identity of exactly what was read. Other data is another key: nothing is invalidated, what
 * nobody asks for any more is evicted.
 */
export interface ResultCache {
  /**
   * The answer kept under `key`, or what `compute` makes. `compute` says from which data its answer comes, and is trusted in that:
   * it may be newer than asked for, and is kept under what it is. Equal questions at the same time share one computation.
   */
  through(key: ResultKey, compute: () => Promise<Computed>): Promise<Kept>;
  counters(): CacheCounters;
  clear(): Promise<void>;
}

export interface ResultKey {
  readonly tenant: string;
  /** Everything that changes the answer but the data, with nothing left open. */
  readonly question: string;
  /** Names the data that is read: equal texts, equal data. */
  readonly identity: string;
  /** Goes with an answer that was kept. Not part of the key: no kept answer depends on a watermark. */
  readonly version: Version;
}

export interface Computed {
  readonly text: string;
  readonly identity: string;
  readonly version: Version;
}

export interface Kept extends Computed {
  readonly outcome: 'hit' | 'miss';
}

export interface CacheCounters {
  readonly hits: number;
  /** Asked of the warehouse by this question or, at the same moment, by an equal one. */
  readonly misses: number;
  readonly evictions: number;
  /** The store failed to give or to take: each costs a computation, none an answer. */
  readonly storeErrors: number;
  readonly entries: number;
  readonly bytes: number;
}

export interface ResultCacheOptions {
  /** Default 64 MiB: some thousands of charts. An answer larger than an eighth of it is not kept. */
  readonly bytesMax?: number;
  /** Default 10,000. */
  readonly entriesMax?: number;
  /** Default: this process's memory. */
  readonly store?: Keyv;
}

export function createResultCache(options: ResultCacheOptions = {}): ResultCache {
  const store = options.store ?? memoryStore();
  const counts = { hits: 0, misses: 0, evictions: 0, storeErrors: 0 };
  // Without a listener keyv throws what it would report; with one it reports here and answers as if nothing were kept.
  store.on('error', () => counts.storeErrors++);
  const sizes = new KeptSizes(options.bytesMax ?? BYTES_MAX, options.entriesMax ?? ENTRIES_MAX);
  const state: CacheState = { store, sizes, counts, flights: new Map() };
  return {
    through: (key, compute) => through(state, key, compute),
    counters: () => ({ ...counts, entries: sizes.entries, bytes: sizes.bytes }),
    async clear() {
      sizes.clear();
      await store.clear();
    },
  };
}

const BYTES_MAX = 64 * 1024 * 1024;
const ENTRIES_MAX = 10_000;

interface CacheState {
  readonly store: Keyv;
  readonly sizes: KeptSizes;
  readonly counts: { hits: number; misses: number; evictions: number; storeErrors: number };
  readonly flights: Map<string, Promise<Computed>>;
}

/** Text in, text out: an object would be turned into JSON and back for nothing. */
function memoryStore(): Keyv {
  const store = new Keyv({ store: new KeyvCacheableMemory({ useClone: false }), useKeyPrefix: false });
  store.serialize = undefined;
  store.deserialize = undefined;
  return store;
}

async function through(state: CacheState, key: ResultKey, compute: () => Promise<Computed>): Promise<Kept> {
  const name = nameOf(key);
  const text = await get(state, name);
  if (text !== null) {
    state.counts.hits++;
    return { text, identity: key.identity, version: key.version, outcome: 'hit' };
  }
  state.counts.misses++;
  const flight = state.flights.get(name) ?? startFlight(state, name, key, compute);
  return { ...(await flight), outcome: 'miss' };
}

/** A failed computation fails for all who share it and leaves nothing behind. */
function startFlight(
  state: CacheState,
  name: string,
  key: ResultKey,
  compute: () => Promise<Computed>,
): Promise<Computed> {
  const flight = (async () => {
    try {
      const computed = await compute();
      await keep(state, nameOf({ ...key, identity: computed.identity }), computed.text);
      return computed;
    } finally {
      state.flights.delete(name);
    }
  })();
  state.flights.set(name, flight);
  return flight;
}

/** A store that cannot be asked answers as if nothing were kept; the listener counted it. */
async function get(state: CacheState, name: string): Promise<string | null> {
  const text: unknown = await state.store.get(name);
  if (typeof text !== 'string') {
    state.sizes.forget(name);
    return null;
  }
  state.sizes.used(name);
  return text;
}

/** What keyv could not take it reports to the listener and answers with false. */
async function keep(state: CacheState, name: string, text: string): Promise<void> {
  const evicted = state.sizes.add(name, text.length * 2);
  if (evicted === null) return;
  state.counts.evictions += evicted.length;
  if (!(await state.store.set(name, text))) state.sizes.forget(name);
  for (const old of evicted) await state.store.delete(old);
}

/** The tenant stands first and by its length, so that no tenant's text can run into a question. */
function nameOf({ tenant, question, identity }: ResultKey): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant, question, identity]))
    .digest('base64url');
}

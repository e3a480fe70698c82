import { hash } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import { type CacheStore, type Found, NOTHING } from './cache-store.ts';
import { type EntryFacts, KeptEntries, type KeptEntry } from './kept-entries.ts';

/**
 * Texts in a store, with bounds and with what can be told of them: of each, what this process put there. What others put into a store that is
 * shared is found and given out, and is theirs to tell of.
 */
export interface KeptAnswers {
  get(name: string): Promise<Found>;
  /** One that is there is replaced. False if it is too large or the store did not take it. */
  keep(name: string, text: string, facts: EntryFacts, lifeMs?: number): Promise<boolean>;
  /**
   * The same for whoever has somebody waiting and need not know what became of it. Where nobody else looks into the store it is put off until the
   * answer is on its way; who looks here meanwhile finds it all the same.
   */
  keepSoon(name: string, make: () => Keepable): Promise<void>;
  /** Null if the store may still have some of them. */
  remove(entries: readonly KeptEntry[]): Promise<Removed | null>;
  /** Everything of a tenant, in a shared store also what others put there. Null if the store may still have some of it. */
  clear(tenant: string): Promise<Removed | null>;
  /** Of a tenant, the largest first. */
  entries(tenant: string): readonly KeptEntry[];
  /** Null if it is not there, or another tenant's. */
  entry(tenant: string, name: string): KeptEntry | null;
  figures(): Omit<CacheCounters, 'hits' | 'misses'>;
}

export interface Keepable {
  readonly text: string;
  readonly facts: EntryFacts;
}

export interface CacheCounters {
  readonly hits: number;
  /** Answered anew, by whoever asked or, at the same moment, by an equal question. */
  readonly misses: number;
  readonly evictions: number;
  readonly entries: number;
  readonly bytes: number;
}

export interface Removed {
  readonly removed: number;
  readonly bytesFreed: number;
}

export interface KeptAnswersOptions {
  readonly store: CacheStore;
  /** Keeps what is kept here apart from all else in the store. */
  readonly space: string;
  /** Of this process's memory: questions and what makes an answer anew are counted as well. */
  readonly bytesMax: number;
  readonly entriesMax: number;
  readonly clock: Clock;
  /** At the most; nothing here is wrong when it is old. */
  readonly lifeMs: number;
}

export function createKeptAnswers(options: KeptAnswersOptions): KeptAnswers {
  const state: State = {
    ...options,
    kept: new KeptEntries(options.bytesMax, options.entriesMax),
    evictions: 0,
    putOff: [],
  };
  const { lifeMs } = options;
  return {
    get: (name) => get(upToDate(state), name),
    keep: (name, text, facts, life = lifeMs) => keep(upToDate(state), { name, text, facts, lifeMs: life }),
    keepSoon: (name, make) => keepSoon(state, () => ({ ...make(), name, lifeMs })),
    remove: (entries) => remove(upToDate(state), entries),
    clear: (tenant) => clear(upToDate(state), tenant),
    entries: (tenant) => [...upToDate(state).kept.of(tenant)].sort((a, b) => b.bytes - a.bytes),
    entry(tenant, name) {
      const entry = upToDate(state).kept.get(name);
      return entry?.tenant === tenant ? entry : null;
    },
    figures() {
      const { kept, evictions } = upToDate(state);
      return { entries: kept.count, bytes: kept.bytes, evictions };
    },
  };
}

/** The tenant stands first, and nothing that it or the rest may hold can make one run into the other. */
export function nameOf(tenant: string, rest: string | Uint8Array): string {
  return `${tenantPrefix(tenant)}${hash('sha256', rest, 'base64url')}`;
}

interface State extends KeptAnswersOptions {
  readonly kept: KeptEntries;
  evictions: number;
  putOff: (() => Keeping)[];
}

async function get({ store, kept, space }: State, name: string): Promise<Found> {
  const found = await store.get(`${space}:${name}`);
  if (found.state === 'kept') kept.used(name);
  else if (found === NOTHING) kept.forget(name);
  return found;
}

interface Keeping extends Keepable {
  readonly name: string;
  readonly lifeMs: number;
}

async function keepSoon(state: State, make: () => Keeping): Promise<void> {
  if (state.store.isShared) {
    await keep(state, make());
    return;
  }
  // All that an answer needs until it is sent happens in one turn of the event loop: this is behind it.
  if (state.putOff.length === 0) setImmediate(() => upToDate(state));
  state.putOff.push(make);
}

/** With all that was put off in its place: nobody who looks can tell. */
function upToDate(state: State): State {
  if (state.putOff.length === 0) return state;
  const putOff = state.putOff;
  state.putOff = [];
  for (const make of putOff) void keep(state, make());
  return state;
}

async function keep(state: State, { name, text, facts, lifeMs }: Keeping): Promise<boolean> {
  const { store, space, kept, clock } = state;
  const evicted = kept.add({ ...facts, name, bytes: bytesOf(text, facts), createdAtMs: clock.nowMs() });
  if (evicted === null) return false;
  state.evictions += evicted.length;
  const taken = await store.set(`${space}:${name}`, text, lifeMs);
  if (!taken) kept.forget(name);
  if (evicted.length > 0) await store.delete(evicted.map((old) => `${space}:${old}`));
  return taken;
}

/** Two bytes a sign, which is the most that it takes: a bound must hold. */
function bytesOf(text: string, { question, range, version, from, heldBytes }: EntryFacts): number {
  let length = text.length + question.length + range.length + version.length;
  for (const name of from) length += name.length;
  return length * 2 + heldBytes + ENTRY_BYTES;
}

/** Measured: its names in the store and here, its places in both orders, and the objects around them. */
const ENTRY_BYTES = 1024;

async function remove({ store, space, kept }: State, entries: readonly KeptEntry[]): Promise<Removed | null> {
  if (!(await store.delete(entries.map(({ name }) => `${space}:${name}`)))) return null;
  for (const { name } of entries) kept.forget(name);
  return removedOf(entries);
}

async function clear({ store, space, kept }: State, tenant: string): Promise<Removed | null> {
  const entries = kept.of(tenant);
  if (!(await store.clear(`${space}:${tenantPrefix(tenant)}`))) return null;
  for (const { name } of entries) kept.forget(name);
  return removedOf(entries);
}

function removedOf(entries: readonly KeptEntry[]): Removed {
  return { removed: entries.length, bytesFreed: entries.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function tenantPrefix(tenant: string): string {
  const known = prefixes.get(tenant);
  if (known !== undefined) return known;
  const prefix = `${hash('sha256', tenant, 'base64url').slice(0, 22)}.`;
  if (prefixes.size >= PREFIXES_MAX) prefixes.clear();
  prefixes.set(tenant, prefix);
  return prefix;
}

/** Worked out once for each tenant that asks. */
const prefixes = new Map<string, string>();
const PREFIXES_MAX = 10_000;

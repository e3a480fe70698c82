import type { Clock } from '../platform/clock.ts';
import { LakegateError } from '../platform/errors.ts';
import type { CacheStore } from './cache-store.ts';
import { createKeptAnswers, nameOf } from './kept-answers.ts';

/**
 * A caller's own values under a caller's own keys, for a while. They lie apart from answers, so that nobody can plant a wrong number, and like
 * these they may go before their time when there is no room.
 */
export interface StoredValues {
  /** BAD_REQUEST says which bound was not kept to. */
  put(
    tenant: string,
    stored: { readonly key: string; readonly value: unknown; readonly ttlMs: number },
  ): Promise<StoredValue>;
  /** Null if there is none, or no longer. */
  get(tenant: string, key: string): Promise<StoredValue | null>;
}

export interface StoredValue {
  readonly key: string;
  readonly value: unknown;
  readonly expiresAtMs: number;
}

/** `space` keeps them apart from all else in the store. */
export function createStoredValues(store: CacheStore, clock: Clock, space = 'value'): StoredValues {
  const values = createKeptAnswers({ ...BOUNDS, store, space, clock, lifeMs: TTL_MAX_MS });
  return {
    async put(tenant, { key, value, ttlMs }) {
      checkKey(key);
      checkTtl(ttlMs);
      const stored: StoredValue = { key, value, expiresAtMs: clock.nowMs() + ttlMs };
      const text = JSON.stringify(stored);
      checkBytes(Buffer.byteLength(text));
      const facts = { ...NOT_ASKED, tenant, question: key };
      if (!(await values.keep(nameOf(tenant, key), text, facts, ttlMs))) throw unavailable();
      return stored;
    },
    async get(tenant, key) {
      const found = await values.get(nameOf(tenant, key));
      if (found.state === 'unavailable') throw unavailable();
      if (found.state === 'nothing') return null;
      const stored: StoredValue = JSON.parse(found.text);
      return stored.expiresAtMs > clock.nowMs() ? stored : null;
    },
  };
}

/** Nobody can make them anew but who put them there. */
const NOT_ASKED = { topics: [], range: '', version: '', from: [], recompute: async () => {}, heldBytes: 0 };

const TTL_MIN_MS = 1000;
const TTL_MAX_MS = 7 * 86_400_000;
const KEY_LENGTH_MAX = 256;
const VALUE_BYTES_MAX = 256 * 1024;
/** 32 of the largest, at two bytes a sign. */
const BOUNDS = { bytesMax: 64 * VALUE_BYTES_MAX, entriesMax: 10_000 };

function checkKey(key: string): void {
  if (key.length >= 1 && key.length <= KEY_LENGTH_MAX) return;
  throw refused(`key: expected 1 to ${KEY_LENGTH_MAX} characters, got ${key.length}`);
}

function checkTtl(ttlMs: number): void {
  if (ttlMs >= TTL_MIN_MS && ttlMs <= TTL_MAX_MS) return;
  throw refused(`ttl: expected a duration between 1s and 7d, got ${ttlMs / 1000} seconds`);
}

function checkBytes(bytes: number): void {
  if (bytes <= VALUE_BYTES_MAX) return;
  throw refused(`value: expected at most ${VALUE_BYTES_MAX} bytes of JSON, got ${bytes}`);
}

function refused(message: string): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message });
}

/** Whether it is there and whether anybody could look are two things. */
function unavailable(): LakegateError {
  return new LakegateError({
    code: 'CACHE_DOWN',
    message: 'The store of the cache does not answer at the moment. Answers do not need it; stored values do.',
    retryAfterMs: 1000,
  });
}

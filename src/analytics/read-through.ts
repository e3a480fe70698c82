import type { ResultCache } from '../cache/result-cache.ts';
import type { Version } from '../model/version.ts';
import { LakegateError } from '../platform/errors.ts';
import type { Progress } from '../warehouse/progress.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** What every question is answered from. */
export interface ReadSources {
  readonly warehouse: Warehouse;
  readonly progress: Progress;
  readonly cache: ResultCache;
}

export interface CachedRead {
  readonly tenant: string;
  /** Everything that changes the answer but the data, with nothing left open. */
  readonly question: string;
  /** The kinds that are read, by their topics. */
  readonly topics: readonly string[];
  /** Names the state of what is read beside the log (rates): asked for before and after. Null where there is nothing. */
  readonly state: (() => Promise<string>) | null;
}

export interface ReadAnswer<Value> {
  readonly value: Value;
  readonly version: Version;
  readonly outcome: 'hit' | 'miss';
}

/**
 * The answer that is kept for this question at this version and state, or what `compute` reads from exactly one of them. So no write can leave
 * a stale answer, neither one to the log nor one beside it, also not while it is computed.
 */
export async function readThrough<Value>(
  read: CachedRead,
  compute: () => Promise<Value>,
  { progress, cache }: Pick<ReadSources, 'progress' | 'cache'>,
): Promise<ReadAnswer<Value>> {
  for (let tries = 0; tries < STATE_TRIES; tries++) {
    const state = await read.state?.();
    const now = await progress.identity(read.topics);
    const key = { tenant: read.tenant, question: `${state ?? ''}|${read.question}`, ...now };
    const kept = cache.through(key, async () => {
      const { value, ...readFrom } = await progress.consistently(read.topics, compute, READ_DEADLINE_MS);
      if (state !== (await read.state?.())) throw new StateMoved();
      return { text: JSON.stringify(value), ...readFrom };
    });
    const found = await kept.catch(nullIfMoved);
    if (found !== null)
      return { value: JSON.parse(found.text) as Value, version: found.version, outcome: found.outcome };
  }
  throw new LakegateError({
    code: 'OVERLOADED',
    message: 'Rates were set again and again while the answer was computed.',
    retryAfterMs: 1000,
  });
}

/** Longest time a question may take to find a moment without loading, or be told that there was none. */
export const READ_DEADLINE_MS = 10_000;

/** Rates are set once a day, by people or by a job: twice during one question is rare, five times is a loop. */
const STATE_TRIES = 5;

class StateMoved extends Error {}

function nullIfMoved(error: unknown): null {
  if (error instanceof StateMoved) return null;
  throw error;
}

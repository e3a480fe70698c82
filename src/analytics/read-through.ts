import { OwnResult } from '../cache/own-result.ts';
import { MovedMeanwhile, type ResultCache } from '../cache/result-cache.ts';
import type { Version } from '../model/version.ts';
import { LakegateError } from '../platform/errors.ts';
import type { Turns } from '../platform/turns.ts';
import type { Progress, ReadScope } from '../warehouse/progress.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { ratesNow } from './rates-now.ts';
import type { RecentAnswers } from './recent-answers.ts';
import { intervalText } from './time/interval-text.ts';

/** What every question is answered from. */
export interface ReadSources {
  readonly warehouse: Warehouse;
  readonly progress: Progress;
  readonly cache: ResultCache;
  /** Where answers lie that callers may take who want no newer ones. Without it each is of now. */
  readonly recent?: RecentAnswers;
  /** Aborted when nobody waits for the answer any longer. */
  readonly signal?: AbortSignal | undefined;
  /** In which whoever asks comes to the warehouse. Without it at once, with all that he asks. */
  readonly turns?: Turns | undefined;
}

/** One attempt to read an answer: all that it asks of the warehouse ends with the attempt. */
export interface Reading {
  readonly warehouse: Pick<Warehouse, 'query'>;
  /** What is visible as it begins. */
  readonly version: Version;
  readonly signal: AbortSignal;
  /** Names of kept answers, written down by whoever puts this one together from them. */
  readonly parts: Set<string>;
}

export interface CachedRead {
  readonly tenant: string;
  /** Everything that changes the answer but the data and the declarations, with nothing left open: a cache is shared by who has the same of those. */
  readonly question: string;
  /** The kinds that are read, by their topics. */
  readonly topics: readonly string[];
  /** What of them is read, where it is not all: what is written elsewhere leaves the answer as it is. */
  readonly scope?: ReadScope | undefined;
  /** The currency that is converted to: its rates lie beside the log. Null where none is. */
  readonly ratesTo: string | null;
}

/** What an answer stands on: it is right for as long as these topics (or that scope of them) have this identity and these rates are in this state. */
export interface ReadStamp {
  readonly topics: readonly string[];
  readonly scope?: ReadScope | undefined;
  readonly identity: string;
  readonly version: Version;
  readonly rates: { readonly to: string; readonly state: string } | null;
}

export interface ReadAnswer<Value> extends ReadStamp {
  readonly value: Value;
  readonly outcome: 'hit' | 'miss';
  /** Its name in the cache. */
  readonly entry: string;
}

/**
 * The answer that is kept for this question at this version and state, or what `compute` reads from exactly one of them. So no write can leave
 * a stale answer, neither one to the log nor one beside it, also not while it is computed.
 */
export async function readThrough<Value>(
  read: CachedRead,
  compute: (reading: Reading) => Promise<Value>,
  { warehouse, progress, cache, signal, turns }: ReadSources,
): Promise<ReadAnswer<Value>> {
  const { tenant, topics, scope, ratesTo } = read;
  const readRates = async () =>
    ratesTo === null ? null : { to: ratesTo, state: await ratesNow(warehouse)({ tenant, to: ratesTo }) };
  for (let tries = 0; tries < STATE_TRIES; tries++) {
    const rates = await readRates();
    const now = await progress.identity(topics, scope);
    const mine = new OwnResult<Value>();
    const about = () => ({ topics, range: (scope?.spans ?? []).map(intervalText).join(', ') });
    const key = { tenant, question: `${rates?.state ?? ''}|${read.question}`, about, ...now };
    const kept = cache.through(
      key,
      async (flight) => {
        const { value, ...readFrom } = await progress.consistently(
          topics,
          async (version, ends) => {
            const attempt = reading(warehouse, version, ends, turns);
            return { answer: await compute(attempt), parts: attempt.parts };
          },
          READ_DEADLINE_MS,
          { scope, signal: flight },
        );
        if (rates?.state !== (await readRates())?.state) throw new StateMoved();
        mine.made(value.answer);
        return { text: () => JSON.stringify(value.answer), from: [...value.parts], ...readFrom };
      },
      signal,
    );
    const found = await kept.catch(nullIfMoved);
    const made = mine.take();
    if (found !== null) {
      const { identity, version, outcome, entry } = found;
      const value = made?.value ?? (JSON.parse(found.text) as Value);
      return { value, topics, scope, rates, identity, version, outcome, entry };
    }
  }
  throw new LakegateError({
    code: 'OVERLOADED',
    message: 'Rates were set again and again while the answer was computed.',
    retryAfterMs: 1000,
  });
}

export function reading(warehouse: Warehouse, version: Version, signal: AbortSignal, turns?: Turns): Reading {
  const asked = turns === undefined ? warehouse : inTurns(warehouse, turns);
  const query: Warehouse['query'] = (sql, options) => asked.query(sql, { ...options, signal });
  return { version, signal, warehouse: { query }, parts: new Set() };
}

/** What is asked of the warehouse waits for its turn. */
export function inTurns(warehouse: Pick<Warehouse, 'query'>, turns: Turns): Pick<Warehouse, 'query'> {
  return { query: (sql, options) => turns.take(() => warehouse.query(sql, options), options?.signal) };
}

/** Longest time a question may take to find a moment without loading, or be told that there was none. */
export const READ_DEADLINE_MS = 10_000;

/** Rates are set once a day, by people or by a job: twice during one question is rare, five times is a loop. */
const STATE_TRIES = 5;

class StateMoved extends MovedMeanwhile {}

function nullIfMoved(error: unknown): null {
  if (error instanceof StateMoved) return null;
  throw error;
}

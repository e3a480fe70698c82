import { encodeVersion, type Version } from '../model/version.ts';
import { SharedFlight } from '../platform/shared-flight.ts';
import { type CacheCounters, type KeptAnswers, nameOf } from './kept-answers.ts';
import type { EntryFacts } from './kept-entries.ts';

/**
 * Finished answers by tenant, question and the identity of exactly what was read. Other data is another key: nothing is invalidated, what
 * nobody asks for any more is evicted.
 */
export interface ResultCache {
  /**
   * The answer kept under `key`, or what `compute` makes. `compute` says from which data its answer comes, and is trusted in that:
   * it may be newer than asked for, and is kept under what it is. Equal questions at the same time share one computation, which is told to
   * end when the last of them was given up by its `signal`.
   */
  through(key: ResultKey, compute: Compute, signal?: AbortSignal): Promise<Kept>;
  counters(): CacheCounters;
  /** The same answers, for questions that nobody counts among the others: live ones are asked as often as data changes, and miss every time. */
  countedApart(): ResultCache;
  /** What is kept, to look at and to throw away. */
  readonly answers: KeptAnswers;
}

export interface ResultKey {
  readonly tenant: string;
  /** Everything that changes the answer but the data, with nothing left open. */
  readonly question: string;
  /** Names the data that is read: equal texts, equal data. */
  readonly identity: string;
  /** Goes with an answer that was kept. Not part of the key: no kept answer depends on a watermark. */
  readonly version: Version;
  /** For people who look; asked for when an answer is kept. */
  readonly about?: () => { readonly topics: readonly string[]; readonly range: string };
}

export interface Computed {
  /** Called once, when the text is needed: who computed it has it already, and changes nothing of what it is written from. */
  readonly text: () => string;
  readonly identity: string;
  readonly version: Version;
  /** The names of the kept answers that it was put together from. */
  readonly from?: readonly string[];
}

export interface Kept extends Omit<Computed, 'from' | 'text'> {
  readonly text: string;
  readonly outcome: 'hit' | 'miss';
  /** The name it is kept under. */
  readonly entry: string;
}

export function createResultCache(answers: KeptAnswers): ResultCache {
  return cacheOver({ answers, counts: { hits: 0, misses: 0 }, flights: new Map() });
}

function cacheOver(state: CacheState): ResultCache {
  const { answers, counts } = state;
  return {
    through: (key, compute, signal) => through(state, key, compute, signal),
    counters: () => ({ ...counts, ...answers.figures() }),
    countedApart: () => cacheOver({ ...state, counts: { hits: 0, misses: 0 } }),
    answers,
  };
}

interface CacheState {
  readonly answers: KeptAnswers;
  readonly counts: { hits: number; misses: number };
  readonly flights: Map<string, SharedFlight<Computed & { readonly entry: string }>>;
}

export type Compute = (signal: AbortSignal) => Promise<Computed>;

/** Thrown by `compute`: what it was asked about moved meanwhile, so there is nothing to keep. */
export class MovedMeanwhile extends Error {}

async function through(state: CacheState, key: ResultKey, compute: Compute, signal?: AbortSignal): Promise<Kept> {
  const entry = entryOf(key);
  const found = await state.answers.get(entry);
  if (found.state === 'kept') {
    state.counts.hits++;
    return { text: found.text, identity: key.identity, version: key.version, outcome: 'hit', entry };
  }
  state.counts.misses++;
  const computed = await flightOf(state, entry, key, compute).join(signal);
  const { identity } = computed;
  return {
    get text() {
      return computed.text();
    },
    identity,
    // Who joined a flight may know of a newer version that has left this data as it is: then the answer is of that one too.
    version: identity === key.identity ? key.version : computed.version,
    outcome: 'miss',
    entry: computed.entry,
  };
}

function flightOf(state: CacheState, asked: string, key: ResultKey, compute: Compute) {
  const running = state.flights.get(asked);
  return running === undefined || running.isAbandoned ? startFlight(state, asked, key, compute) : running;
}

/** What `compute` closes over, a question that was understood and planned: 6 to 10 kB, measured with all sorts of charts. */
const HELD_BYTES = 8 * 1024;

/** A failed computation fails for all who share it and leaves nothing behind. */
function startFlight(state: CacheState, asked: string, key: ResultKey, compute: Compute) {
  const flight = new SharedFlight(async (signal) => {
    try {
      const computed = await compute(signal);
      const { identity } = computed;
      const entry = identity === key.identity ? asked : entryOf({ ...key, identity });
      const text = once(computed.text);
      const facts = () => factsOf(state, entry, { ...key, identity }, compute, computed);
      await state.answers.keepSoon(entry, () => ({ text: text(), facts: facts() }));
      return { ...computed, text, entry };
    } finally {
      if (state.flights.get(asked) === flight) state.flights.delete(asked);
    }
  });
  state.flights.set(asked, flight);
  return flight;
}

/** By itself, so that what is told of an entry for as long as it is kept does not hold the objects that its text was written from. */
function factsOf(
  state: CacheState,
  entry: string,
  key: ResultKey,
  compute: Compute,
  { version, from = [] }: Computed,
): EntryFacts {
  return {
    tenant: key.tenant,
    question: key.question,
    ...(key.about?.() ?? { topics: [], range: '' }),
    version: encodeVersion(version),
    from,
    recompute: () => recompute(state, entry, key, compute),
    heldBytes: HELD_BYTES,
  };
}

function once(make: () => string): () => string {
  let made: string | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Whoever asks meanwhile gets the old one. Where the data has gone on, nobody can ask for the old one any more. */
async function recompute(state: CacheState, old: string, key: ResultKey, compute: Compute): Promise<void> {
  const computed = await flightOf(state, old, key, compute).join().catch(nullIfMoved);
  const kept = computed?.entry === old ? null : state.answers.entry(key.tenant, old);
  if (kept !== null) await state.answers.remove([kept]);
}

function nullIfMoved(error: unknown): null {
  if (error instanceof MovedMeanwhile) return null;
  throw error;
}

function entryOf({ tenant, question, identity }: ResultKey): string {
  return nameOf(tenant, JSON.stringify([question, identity]));
}

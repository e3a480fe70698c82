import { setTimeout as pause } from 'node:timers/promises';
import { LakegateError } from '../../platform/errors.ts';
import type { ReadOptions } from '../log.ts';
import type { StoredHeadedRecord } from '../partition-work.ts';
import { ANSWER_TIMEOUT_MS, type Brokers } from './brokers.ts';
import { committedRecords, type Damage } from './committed-records.ts';
import { backoffMs, throwIfRefused, UNKNOWN_SERVER_ERROR } from './kafka-away.ts';
import { type Fetched, fetchPartition } from './requests/fetch.ts';
import { listOffsets, type OffsetAsked } from './requests/list-offsets.ts';

export interface ReaderSource {
  readonly brokers: Brokers;
  /** As Kafka knows it. */
  readonly topic: string;
  readonly partition: number;
  /** Aborts when the log is closed. */
  readonly closed: AbortSignal;
}

/** 1 MiB. */
const READ_BYTES_MAX = 1024 * 1024;

/**
 * See `Log.read`. No consumer group: whoever reads says which partition, and where from. Committed records only. A broker that goes away and
 * a leader that moves are waited for, as long as the signal lets it.
 */
export function readPartition(
  source: ReaderSource,
  from: bigint,
  options: ReadOptions,
): AsyncIterable<readonly StoredHeadedRecord[]> {
  return { [Symbol.asyncIterator]: () => iterate(source, from, options) };
}

/** `return` wakes a read that waits at the end; a generator alone would let it wait for the next record. */
function iterate(
  source: ReaderSource,
  from: bigint,
  options: ReadOptions,
): AsyncIterator<readonly StoredHeadedRecord[]> {
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  const stoppers = [options.signal, source.closed];
  for (const signal of stoppers) signal.addEventListener('abort', onAbort, { once: true });
  if (stoppers.some(({ aborted }) => aborted)) stop.abort();
  // Both outlive many reads, and would remember each of them.
  const forget = () => {
    for (const signal of stoppers) signal.removeEventListener('abort', onAbort);
  };
  const chunks = chunksOf(source, from, { ...options, signal: stop.signal }, forget);
  return {
    next: () => chunks.next(),
    return: () => {
      stop.abort();
      forget();
      return chunks.return(undefined);
    },
  };
}

async function* chunksOf(
  source: ReaderSource,
  from: bigint,
  options: ReadOptions,
  forget: () => void,
): AsyncGenerator<readonly StoredHeadedRecord[], undefined> {
  const { signal, follow = true, bytesMax = READ_BYTES_MAX, skipCorrupt = false } = options;
  let at = from;
  try {
    // A read that does not follow ends where what was there when it began ends. The answers to reads say that too, but a new leader knows it
    // only after a moment, and answers no question about its end until then.
    const end = follow ? null : await askUntilAborted(() => offsetOf(source, 'committed'), signal);
    if (!follow && end === null) return;
    while (end === null || at < end) {
      const fetched = await fetchSome(source, at, { bytesMax, signal });
      if (fetched === null) return;
      const { records, next, damage } = committedRecords(fetched, at);
      if (damage !== null && !skipCorrupt) throw corrupt(source, damage);
      for (const chunk of cutToSize(records, bytesMax)) {
        yield chunk;
        if (signal.aborted) return;
      }
      at = damage?.through ?? next;
    }
  } finally {
    forget();
  }
}

/**
 * How long an empty read waits at the broker. It answers as soon as there is a record, so that this says only how often an idle reader
 * asks: once in two seconds and partition.
 */
const WAIT_MS = 2_000;

/** Kafka counts compressed bytes of whole batches: less than this a request would only make more requests. */
const FETCH_BYTES_MIN = 64 * 1024;

/** The next answer that holds something. Null when the read is to stop. */
async function fetchSome(
  source: ReaderSource,
  at: bigint,
  options: { readonly bytesMax: number; readonly signal: AbortSignal },
): Promise<Fetched | null> {
  const bytesMax = Math.max(FETCH_BYTES_MIN, options.bytesMax);
  for (;;) {
    const fetched = await askUntilAborted(() => fetchOnce(source, at, bytesMax), options.signal);
    if (fetched === null || fetched.batches.byteLength > 0) return fetched;
  }
}

/** Asks again, a little later each time, for as long as the signal lets it; null once it aborts. Errors of ours are final. */
async function askUntilAborted<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer | null> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      return await orAborted(ask(), signal);
    } catch (error) {
      if (error instanceof LakegateError) throw error;
      await orAborted(pause(backoffMs(failures)), signal);
    }
  }
  return null;
}

const OFFSET_OUT_OF_RANGE = 1;

async function fetchOnce(source: ReaderSource, at: bigint, bytesMax: number): Promise<Fetched> {
  const { brokers, topic, partition } = source;
  const asked = fetchPartition({ topic, partition, from: at, waitMs: WAIT_MS, bytesMax });
  const fetched = await brokers.sendToLeader(topic, partition, asked, ANSWER_TIMEOUT_MS + WAIT_MS);
  if (fetched.errorCode === OFFSET_OUT_OF_RANGE) return await nothingBeyondTheEnd(source, at);
  if (fetched.errorCode !== 0) brokers.forgetLeaders(topic);
  throwIfRefused(fetched.errorCode, `reading ${topic}`);
  return fetched;
}

/** Five times a second: who asks for what is not there yet knows that it will come soon. */
const BEYOND_POLL_MS = 200;

/** Either the offset is no longer kept, which its reader must know, or it does not exist yet. */
async function nothingBeyondTheEnd(source: ReaderSource, at: bigint): Promise<Fetched> {
  const first = await offsetOf(source, 'first');
  if (at < first) throw expired(source, at, first);
  await pause(BEYOND_POLL_MS);
  return { errorCode: 0, committedEnd: at, first, aborted: [], batches: Buffer.alloc(0) };
}

async function offsetOf({ brokers, topic, partition }: ReaderSource, asked: OffsetAsked): Promise<bigint> {
  const [listed] = await brokers.sendToLeader(topic, partition, listOffsets(topic, [partition], asked));
  if (listed?.errorCode !== 0) brokers.forgetLeaders(topic);
  throwIfRefused(listed?.errorCode ?? UNKNOWN_SERVER_ERROR, `looking at ${topic}`);
  return listed?.offset ?? 0n;
}

/** Null once the signal aborts, whatever becomes of the promise. */
function orAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result | null> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(null);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** At least one record a chunk, and no more than `bytesMax` bytes of keys and values unless one record alone is larger. */
function* cutToSize(
  records: readonly StoredHeadedRecord[],
  bytesMax: number,
): Generator<readonly StoredHeadedRecord[], void> {
  let start = 0;
  let bytes = 0;
  for (const [i, { key, value }] of records.entries()) {
    const size = key.length + value.byteLength;
    if (i > start && bytes + size > bytesMax) {
      yield records.slice(start, i);
      start = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < records.length) yield start === 0 ? records : records.slice(start);
}

function expired({ topic, partition }: ReaderSource, from: bigint, first: bigint): LakegateError {
  return new LakegateError({
    code: 'CURSOR_EXPIRED',
    message: `Offset ${from} is no longer kept; the oldest one kept is ${first}.`,
    facts: { topic, partition, from, first },
  });
}

function corrupt({ topic, partition }: ReaderSource, { from, through }: Damage): LakegateError {
  return new LakegateError({
    code: 'LOG_CORRUPT',
    message: `Part of the log is damaged: ${through - from} records cannot be read.`,
    facts: { topic, partition, from, through: through - 1n },
  });
}

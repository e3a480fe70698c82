import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LakegateError } from '../../platform/errors.ts';
import type { ReadOptions, StoredRecord } from '../log.ts';
import type { PackedRecord } from '../packed-record.ts';
import {
  type BatchHeader,
  decodeBatchHeader,
  decodeRecords,
  encodeBatchKey,
  isBatchOf,
  packedRecords,
} from './batch-format.ts';
import type { Tables } from './store.ts';
import { firstBatchKey, lastBatchKey, type OpenPartition } from './topics.ts';

/** What reading needs of the log: the tables, once they are open, and to be woken. */
export interface ReaderSource {
  readonly dir: string;
  /** Waits while the store is opened anew after a failure. */
  opened(): Promise<Tables>;
  /** Calls back after records became durable or the log was closed. Returns how to stop that. */
  onChange(listener: () => void): () => void;
  isClosed(): boolean;
  readonly warn: (message: string, facts: object) => void;
}

/** 1 MiB. */
const READ_BYTES_MAX = 1024 * 1024;

/** See `Log.read`. Each pass over the returned iterable starts at `from`. */
export function readPartition(
  source: ReaderSource,
  partition: OpenPartition,
  from: bigint,
  options: ReadOptions,
): AsyncIterable<readonly StoredRecord[]> {
  return { [Symbol.asyncIterator]: () => iterate(source, partition, from, options) };
}

/** `return` wakes a read that waits at the end; a generator alone would let it wait for the next record. */
function iterate(
  source: ReaderSource,
  partition: OpenPartition,
  from: bigint,
  options: ReadOptions,
): AsyncIterator<readonly StoredRecord[]> {
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  if (options.signal.aborted) stop.abort();
  options.signal.addEventListener('abort', onAbort, { once: true });
  const forget = () => options.signal.removeEventListener('abort', onAbort);
  const chunks = chunksOf(source, partition, from, { ...options, signal: stop.signal }, forget);
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
  partition: OpenPartition,
  from: bigint,
  options: ReadOptions,
  forget: () => void,
): AsyncGenerator<readonly StoredRecord[], undefined> {
  const { signal, follow = true, bytesMax = READ_BYTES_MAX, skipCorrupt = false } = options;
  let at = from;
  try {
    while (!signal.aborted && !source.isClosed()) {
      const tables = await source.opened();
      if (signal.aborted || source.isClosed()) return;
      if (at >= partition.next) {
        if (!follow) return;
        await moreOrStopped(source, partition, at, signal);
        continue;
      }
      const found = readFrom(tables, partition, at, bytesMax);
      if (found.damage !== null) {
        await setAside(source, partition, found.damage);
        if (!skipCorrupt) throw corrupt(partition, found.damage);
        at = found.damage.through;
        continue;
      }
      for (const chunk of cutToSize(found.records, bytesMax)) {
        yield chunk;
        if (signal.aborted) return;
      }
      at += BigInt(found.records.length);
    }
  } finally {
    forget();
  }
}

/** Resolves when there is a record at `offset`, the read is to stop, or the log was closed. */
function moreOrStopped(
  source: ReaderSource,
  partition: OpenPartition,
  offset: bigint,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      unsubscribe();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unsubscribe = source.onChange(() => {
      if (offset < partition.next || source.isClosed()) done();
    });
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

type Found =
  | { readonly records: readonly StoredRecord[]; readonly damage: null }
  | { readonly records: null; readonly damage: Damage };

interface Damage {
  readonly from: bigint;
  /** The first offset that may be sound again. */
  readonly through: bigint;
  /** What is there, if anything is. */
  readonly bytes: Buffer | null;
}

/** Whole batches from the one that holds `from`, until there are `bytesMax` bytes. Damage is told when it is the first thing met. */
function readFrom(tables: Tables, partition: OpenPartition, from: bigint, bytesMax: number): Found {
  if (from < partition.first) throw expired(partition, from);
  const records: StoredRecord[] = [];
  let at = from;
  let bytes = 0;
  while (at < partition.next && bytes < bytesMax) {
    const batch = readBatch(tables, partition, at);
    if ('through' in batch) {
      if (records.length === 0) return { records: null, damage: batch };
      break;
    }
    const found = decodeRecords(batch.bytes, batch.header, batch.index);
    for (const record of found) records.push(record);
    at += BigInt(found.length);
    bytes += batch.bytes.byteLength;
  }
  return { records, damage: null };
}

/** All that is left of one batch from `from` on. Throws CURSOR_EXPIRED or LOG_CORRUPT where there is nothing to hand out. */
export async function readOneBatch(
  source: ReaderSource,
  partition: OpenPartition,
  from: bigint,
): Promise<readonly PackedRecord[]> {
  const tables = await source.opened();
  if (from < partition.first) throw expired(partition, from);
  const batch = readBatch(tables, partition, from);
  if (!('through' in batch)) return packedRecords(batch.bytes, batch.header, batch.index);
  await setAside(source, partition, batch);
  throw corrupt(partition, batch);
}

interface ReadBatch {
  readonly bytes: Buffer;
  readonly header: BatchHeader;
  /** Which of its records was asked for. */
  readonly index: number;
}

function readBatch(tables: Tables, partition: OpenPartition, at: bigint): ReadBatch | Damage {
  const key = unlessBroken(() => lastBatchKey(tables.batches, partition, at));
  if (key === null || key.baseOffset + BigInt(key.recordCount) <= at) return holeAt(tables, partition, at);
  const stored = unlessBroken(() => tables.batches.getBinary(encodeBatchKey(key)) ?? null);
  const header = stored === null ? null : decodeBatchHeader(stored);
  if (stored === null || header === null || !isBatchOf(header, key)) {
    return { ...holeAt(tables, partition, at), bytes: stored };
  }
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  return { bytes, header, index: Number(at - key.baseOffset) };
}

/** No sound batch holds `at` although one was acknowledged. The hole ends where the next batch begins: nothing else is known for sure. */
function holeAt(tables: Tables, partition: OpenPartition, at: bigint): Damage {
  const next = unlessBroken(() => firstBatchKey(tables.batches, partition, at + 1n));
  return { from: at, through: next?.baseOffset ?? partition.next, bytes: null };
}

/** LMDB notices some damage of its own pages and throws; that is the same to a reader as bytes that fail their checksum. */
function unlessBroken<T>(look: () => T | null): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

/** At least one record a chunk, and no more than `bytesMax` bytes of keys and values unless one record alone is larger. */
function* cutToSize(records: readonly StoredRecord[], bytesMax: number): Iterable<readonly StoredRecord[]> {
  let start = 0;
  let bytes = 0;
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as StoredRecord;
    const size = record.key.length + record.value.byteLength;
    if (i > start && bytes + size > bytesMax) {
      yield records.slice(start, i);
      start = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < records.length) yield start === 0 ? records : records.slice(start);
}

function expired(partition: OpenPartition, from: bigint): LakegateError {
  return new LakegateError({
    code: 'CURSOR_EXPIRED',
    message: `Offset ${from} is no longer kept; the oldest one kept is ${partition.first}.`,
    facts: { topic: partition.topic, partition: partition.partition, from, first: partition.first },
  });
}

function corrupt(partition: OpenPartition, damage: Damage): LakegateError {
  return new LakegateError({
    code: 'LOG_CORRUPT',
    message: `Part of the log is damaged: ${damage.through - damage.from} records cannot be read.`,
    facts: {
      topic: partition.topic,
      partition: partition.partition,
      from: damage.from,
      through: damage.through - 1n,
      quarantined: damage.bytes !== null,
    },
  });
}

/** Keeps what is there of a damaged batch, for whoever inspects it: the store may be restored or its space used again. */
async function setAside(source: ReaderSource, partition: OpenPartition, damage: Damage): Promise<void> {
  const { topic, partition: number } = partition;
  const facts = { topic, partition: number, from: damage.from.toString(), through: (damage.through - 1n).toString() };
  source.warn('a batch of the log is damaged', facts);
  if (damage.bytes === null) return;
  const path = join(source.dir, 'quarantine', `${encodeURIComponent(topic)}-${number}-${damage.from}.batch`);
  try {
    await mkdir(join(source.dir, 'quarantine'), { recursive: true });
    if (!existsSync(path)) await writeFile(path, damage.bytes);
  } catch (error) {
    source.warn('a damaged batch could not be set aside', { ...facts, error });
  }
}

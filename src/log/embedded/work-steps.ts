import { setTimeout as pause } from 'node:timers/promises';
import { LakegateError } from '../../platform/errors.ts';
import type { LogRecord, StoredRecord } from '../log.ts';
import type { InputPlace, KeyedState, StoredHeadedRecord } from '../partition-work.ts';
import { openWorkState, statePrefix } from '../work/work-state.ts';
import { addRecord, type Group } from './group.ts';
import { type ReaderSource, readOneBatch } from './reader.ts';
import type { Tables } from './store.ts';
import { type OpenPartition, type OpenTopic, partitionNumbered, topicOf } from './topics.ts';
import { submit, type Writer } from './writer.ts';

/** What work shared by members needs of the embedded log beyond its contract: steps that are one transaction of the log's own writer. */
export interface EmbeddedSteps {
  /** What is left of one batch, from `from` on; nothing at the end. Several that read the same batch are given the same records. */
  readBatch(place: InputPlace, from: bigint): Promise<readonly StoredHeadedRecord[]>;
  end(place: InputPlace): { readonly first: bigint; readonly next: bigint };
  partitionsOf(topic: string): number;
  /** Somebody reads this partition: called after records of its topic became durable, and when the log closes. Returns how to stop that. */
  follow(place: InputPlace, listener: () => void): () => void;
  state(group: string, place: InputPlace): KeyedState;
  /** The offset the next record of the partition will get, if nobody else writes to it before. */
  guess(place: InputPlace): bigint;
  /**
   * All of it becomes durable together, or nothing. False: nothing, because a guess was wrong. Rejects when nobody knows, after which the log
   * says what is there.
   */
  commit(step: StepWrites): Promise<boolean>;
  isClosed(): boolean;
}

export interface StepWrites {
  readonly group: string;
  readonly place: InputPlace;
  readonly appends: readonly StepAppend[];
  readonly puts: ReadonlyMap<string, Uint8Array | null>;
}

export interface StepAppend extends InputPlace {
  readonly records: readonly LogRecord[];
  /** The offset that somebody was told the first one gets; null where nobody asked. */
  readonly guessed: bigint | null;
}

export interface StepsOptions {
  readonly writer: Writer;
  readonly source: (topic: OpenTopic) => ReaderSource;
}

export function openSteps({ writer, source }: StepsOptions): EmbeddedSteps {
  const cache = new BatchCache();
  const find = ({ topic, partition }: InputPlace) => partitionNumbered(topicOf(writer.topics, topic), partition);
  return {
    readBatch: (place, from) => cache.read(source(topicOf(writer.topics, place.topic)), find(place), from),
    end: (place) => find(place),
    partitionsOf: (topic) => topicOf(writer.topics, topic).partitions.length,
    follow: (place, listener) => {
      const leave = cache.join(find(place));
      const forget = source(topicOf(writer.topics, place.topic)).onChange(listener);
      return () => {
        leave();
        forget();
      };
    },
    state: (group, place) => openWorkState(() => writer.store.tables, group, place),
    guess: (place) => find(place).nextGiven,
    commit: (step) => commit(writer, step),
    isClosed: () => writer.phase.phase === 'closed',
  };
}

async function commit(writer: Writer, step: StepWrites): Promise<boolean> {
  for (;;) {
    // Whoever brings events is to find room, however far behind some work is.
    while (writer.bytesInFlight > writer.bytesInFlightMax / STEPS_SHARE) await pause(ROOM_LOOK_MS);
    try {
      await enqueueStep(writer, step);
      return true;
    } catch (error) {
      if (error instanceof WrongGuess) return false;
      if (!mayWait(writer, error)) throw error;
      await pause(error.retryAfterMs ?? WAIT_MS);
    }
  }
}

const WAIT_MS = 100;
/** Steps are put in while less than a quarter of the bound is on its way. */
const STEPS_SHARE = 4;
/** A group of 8 MiB takes some ten milliseconds. */
const ROOM_LOOK_MS = 5;

/** A log that has too much to do has taken nothing: what was decided stays right, and whoever waits takes no more input meanwhile. */
function mayWait(writer: Writer, error: unknown): error is LakegateError {
  return error instanceof LakegateError && error.code === 'OVERLOADED' && writer.phase.phase !== 'closed';
}

class WrongGuess extends Error {
  override readonly name = 'WrongGuess';
}

function enqueueStep(writer: Writer, step: StepWrites): Promise<void> {
  return new Promise((resolve, reject) =>
    submit(writer, {
      bytes: bytesOf(step),
      records: step.puts.size + step.appends.reduce((sum, { records }) => sum + records.length, 0),
      join: (group) => joinStep(writer, group, step),
      resolve,
      reject,
    }),
  );
}

function bytesOf({ appends, puts }: StepWrites): number {
  let bytes = 0;
  for (const { records } of appends) for (const { key, value } of records) bytes += key.length + value.byteLength;
  for (const [key, value] of puts) bytes += key.length + (value?.byteLength ?? 0);
  return bytes;
}

function joinStep({ topics }: Writer, group: Group, { group: name, place, appends, puts }: StepWrites): void {
  const targets = appends.map((append) => partitionNumbered(topicOf(topics, append.topic), append.partition));
  checkGuesses(appends, targets);
  for (const [index, { records }] of appends.entries()) {
    const target = targets[index] as OpenPartition;
    for (const record of records) addRecord(group, target, record, record.value);
  }
  if (puts.size === 0) return;
  group.changedValues += puts.size;
  group.changes.push((tables) => putAll(tables, statePrefix(name, place), puts));
}

/** Several appends of one step may go to one partition: each stands behind those before it. */
function checkGuesses(appends: readonly StepAppend[], targets: readonly OpenPartition[]): void {
  const ahead = new Map<OpenPartition, bigint>();
  for (const [index, { guessed, records }] of appends.entries()) {
    const target = targets[index] as OpenPartition;
    const offset = target.nextGiven + (ahead.get(target) ?? 0n);
    if (guessed !== null && guessed !== offset) throw new WrongGuess();
    ahead.set(target, offset - target.nextGiven + BigInt(records.length));
  }
}

function putAll({ work }: Tables, prefix: string, puts: StepWrites['puts']): void {
  for (const [key, value] of puts) {
    if (value === null) work.remove(prefix + key);
    else work.put(prefix + key, value);
  }
}

/** 32 MiB: a second of a busy log. Jobs that read one stream read the same records of it within that time. */
const CACHE_BYTES_MAX = 32 * 1024 * 1024;

/** The batches that were read last, decoded, so that jobs which read the same ones decode and parse them once. */
class BatchCache {
  readonly #batches = new Map<string, { readonly records: readonly StoredHeadedRecord[]; readonly bytes: number }>();
  readonly #readers = new Map<OpenPartition, number>();
  #bytes = 0;

  join(partition: OpenPartition): () => void {
    this.#readers.set(partition, (this.#readers.get(partition) ?? 0) + 1);
    return () => this.#readers.set(partition, (this.#readers.get(partition) ?? 1) - 1);
  }

  async read(source: ReaderSource, partition: OpenPartition, from: bigint): Promise<readonly StoredHeadedRecord[]> {
    if (from >= partition.next) return [];
    const key = `${partition.topicNumber}/${partition.partition}/${from}`;
    const known = this.#batches.get(key);
    if (known !== undefined) return known.records;
    const records = (await readOneBatch(source, partition, from)).map(withoutHeaders);
    // Nobody else would find it.
    if ((this.#readers.get(partition) ?? 0) > 1) this.#keep(key, records);
    return records;
  }

  #keep(key: string, records: readonly StoredHeadedRecord[]): void {
    const bytes = records.reduce((sum, record) => sum + record.value.byteLength + RECORD_OVERHEAD_BYTES, 0);
    this.#batches.set(key, { records, bytes });
    this.#bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.#batches) {
      if (this.#bytes <= CACHE_BYTES_MAX) return;
      this.#batches.delete(oldest);
      this.#bytes -= freed;
    }
  }
}

/** Written out: a spread costs more than all the rest. */
export function withoutHeaders({ key, timeMs, value, offset, appendedAtMs }: StoredRecord): StoredHeadedRecord {
  return { key, timeMs, value, offset, appendedAtMs, headers: NO_HEADERS };
}

const NO_HEADERS = {};

/** What a record takes as an object, about. */
const RECORD_OVERHEAD_BYTES = 200;

import type { LogRecord, StoredRecord } from '../log.ts';
import { valueBytesOf } from '../packed-record.ts';
import type { InputPlace, KeyedState, StoredHeadedRecord } from '../partition-work.ts';
import { openWorkState } from '../work/work-state.ts';
import { type ReaderSource, readOneBatch } from './reader.ts';
import type { Tables } from './store.ts';
import { type OpenPartition, type OpenTopic, partitionNumbered, type Topics, topicOf } from './topics.ts';

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
  readonly topics: Topics;
  readonly source: (topic: OpenTopic) => ReaderSource;
  readonly tables: () => Pick<Tables, 'work'>;
  readonly commit: EmbeddedSteps['commit'];
  readonly isClosed: () => boolean;
}

export function openSteps({ topics, source, tables, commit, isClosed }: StepsOptions): EmbeddedSteps {
  const cache = new BatchCache();
  const find = ({ topic, partition }: InputPlace) => partitionNumbered(topicOf(topics, topic), partition);
  return {
    readBatch: (place, from) => cache.read(source(topicOf(topics, place.topic)), find(place), from),
    end: (place) => find(place),
    partitionsOf: (topic) => topicOf(topics, topic).partitions.length,
    follow: (place, listener) => {
      const leave = cache.join(find(place));
      const forget = source(topicOf(topics, place.topic)).onChange(listener);
      return () => {
        leave();
        forget();
      };
    },
    state: (group, place) => openWorkState(tables, group, place),
    guess: (place) => find(place).nextGiven,
    commit,
    isClosed,
  };
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
    const records = await readOneBatch(source, partition, from);
    // Nobody else would find it.
    if ((this.#readers.get(partition) ?? 0) > 1) this.#keep(key, records);
    return records;
  }

  #keep(key: string, records: readonly StoredHeadedRecord[]): void {
    const bytes = records.reduce((sum, record) => sum + valueBytesOf(record) + RECORD_OVERHEAD_BYTES, 0);
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
const RECORD_OVERHEAD_BYTES = 64;

import { invariant, LakegateError } from '../../platform/errors.ts';
import type { TopicSpec } from '../log.ts';
import { type BatchKey, decodeBatchKey, seekKey } from './batch-format.ts';
import { endKey, type NumberedTopic, TOPICS_KEY, unseal, unsealEnd } from './state.ts';
import type { ByteTable, Tables } from './store.ts';

/** A topic in memory: its partitions, and who waits for records. */
export interface OpenTopic {
  spec: NumberedTopic;
  readonly partitions: readonly OpenPartition[];
  /** Readers at the end of a partition. Woken when there is more, and when the log closes. */
  readonly waiting: Set<() => void>;
  readonly listeners: Set<() => void>;
}

export interface OpenPartition {
  readonly topic: string;
  readonly topicNumber: number;
  readonly partition: number;
  /** Oldest offset kept. */
  first: bigint;
  /** The offset after the last durable record: readers go this far and no further. */
  next: bigint;
  /** The offset the next record will get: ahead of `next` by what is on its way to the disk. */
  nextGiven: bigint;
}

export type Topics = Map<string, OpenTopic>;

export function loadTopics(tables: Tables): Topics {
  const topics: Topics = new Map();
  const bytes = unseal(tables.state.get(TOPICS_KEY));
  if (bytes === null) throw stateDamaged('its list of topics');
  for (const spec of JSON.parse(bytes.toString('utf8')) as readonly NumberedTopic[]) {
    topics.set(spec.topic, openTopic(tables, spec));
  }
  return topics;
}

export function openTopic(tables: Tables, spec: NumberedTopic): OpenTopic {
  const topic = emptyTopic(spec);
  for (const partition of topic.partitions) loadEnds(tables, partition);
  return topic;
}

/** Nothing is known of its partitions yet. */
export function emptyTopic(spec: NumberedTopic): OpenTopic {
  const partitions = Array.from({ length: spec.partitions }, (_, partition) => ({
    topic: spec.topic,
    topicNumber: spec.number,
    partition,
    first: 0n,
    next: 0n,
    nextGiven: 0n,
  }));
  return { spec, partitions, waiting: new Set(), listeners: new Set() };
}

/**
 * The noted end and the last batch normally agree. Where they do not, something is damaged: the larger one counts, so that no offset is
 * given twice, and readers meet the hole as LOG_CORRUPT.
 */
export function loadEnds(tables: Tables, partition: OpenPartition): void {
  const noted = unsealEnd(tables.state.get(endKey(partition.topicNumber, partition.partition)));
  const firstBatch = firstBatchKey(tables.batches, partition, 0n);
  const lastBatch = lastBatchKey(tables.batches, partition, MAX_OFFSET);
  const batchesEnd = lastBatch === null ? 0n : lastBatch.baseOffset + BigInt(lastBatch.recordCount);
  partition.first = noted?.first ?? firstBatch?.baseOffset ?? 0n;
  partition.next = noted !== null && noted.next > batchesEnd ? noted.next : batchesEnd;
  partition.nextGiven = partition.next;
}

const MAX_OFFSET = 0xffff_ffff_ffff_fffen;

/** The first batch that starts at `offset` or after. */
export function firstBatchKey(batches: ByteTable, partition: OpenPartition, offset: bigint): BatchKey | null {
  const { topicNumber, partition: number } = partition;
  for (const bytes of batches.getKeys({
    start: seekKey(topicNumber, number, offset),
    end: seekKey(topicNumber, number, MAX_OFFSET),
    limit: 1,
  })) {
    return decodeBatchKey(bytes);
  }
  return null;
}

/** The last batch that starts at `offset` or before: the one that holds it, if any does. */
export function lastBatchKey(batches: ByteTable, partition: OpenPartition, offset: bigint): BatchKey | null {
  const { topicNumber, partition: number } = partition;
  for (const bytes of batches.getKeys({
    start: seekKey(topicNumber, number, offset + 1n),
    end: seekKey(topicNumber, number, 0n),
    reverse: true,
    limit: 1,
  })) {
    return decodeBatchKey(bytes);
  }
  return null;
}

export function topicOf(topics: Topics, name: string): OpenTopic {
  const topic = topics.get(name);
  invariant(topic !== undefined, `expected a topic that was made with createTopic, got "${name}"`);
  return topic;
}

export function partitionNumbered(topic: OpenTopic, number: number): OpenPartition {
  const partition = topic.partitions[number];
  invariant(
    partition !== undefined,
    `expected a partition of "${topic.spec.topic}" below ${topic.spec.partitions}, got ${number}`,
  );
  return partition;
}

/** A topic keeps its number of partitions for ever: keys would change places otherwise. */
export function checkSamePartitions(have: TopicSpec, wanted: TopicSpec): void {
  if (have.partitions === wanted.partitions) return;
  throw new LakegateError({
    code: 'BAD_CONFIG',
    message: `Topic "${wanted.topic}" has ${have.partitions} partitions; ${wanted.partitions} were asked for. Their number cannot change.`,
    facts: { topic: wanted.topic, partitions: have.partitions, wanted: wanted.partitions },
  });
}

export function stateDamaged(what: string, cause?: unknown): LakegateError {
  return new LakegateError({
    code: 'LOG_CORRUPT',
    message: `The log has lost ${what} to damage of its file. Restore the data directory from a copy; nothing was changed.`,
    facts: { damage: what },
    cause,
  });
}

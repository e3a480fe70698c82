import { setMaxListeners } from 'node:events';
import { type Clock, systemClock } from '../platform/clock.ts';
import { invariant, LakegateError } from '../platform/errors.ts';
import { Brokers } from './kafka/brokers.ts';
import { Ends } from './kafka/ends.ts';
import { Health } from './kafka/health.ts';
import { untilAnswered } from './kafka/kafka-away.ts';
import { type KafkaConnectionOptions, kafkaConnectionSettings } from './kafka/kafka-connection-settings.ts';
import { News } from './kafka/news.ts';
import { readPartition } from './kafka/reader.ts';
import { adoptTopic, ensureTopic, type KafkaTopic, type KafkaTopicSpec, listTopics } from './kafka/topics.ts';
import { PartitionWriter, piecesOf, type WriterSource } from './kafka/writer.ts';
import type { Log, Position, ReadOptions, TopicSpec } from './log.ts';
import { partitionOf } from './partition-of.ts';
import type { HeadedRecord, StoredHeadedRecord } from './partition-work.ts';

export interface KafkaLogOptions extends KafkaConnectionOptions {
  /** Stands before the name of every topic on Kafka and nowhere else, for a cluster that is shared. Default none. */
  readonly prefix?: string;
  /** Copies of each record. Default 3, or as many as there are brokers. */
  readonly replication?: number;
  /** Default 64 MiB: half a second of a network that takes 128 MB/s. */
  readonly bytesInFlightMax?: number;
  /** How long brokers that do not answer are waited for. Default 15 s: a cluster that starts together with us takes some. */
  readonly openWithinMs?: number;
  readonly clock?: Clock;
}

/** The log on Apache Kafka. Offsets have holes: transactions end with markers that nobody reads. */
export interface KafkaLog extends Log {
  readonly contiguousOffsets: false;
  /** Tells one cluster of Kafka from another, and from itself after its volumes were emptied. Null where brokers have no id to tell. */
  readonly clusterId: string | null;
  createTopic(spec: KafkaTopicSpec): Promise<void>;
  /** Takes a topic of somebody else's as it is, by its own name without the prefix. BAD_CONFIG where it is not there. */
  adoptTopic(topic: string): Promise<TopicSpec>;
  /** As Kafka calls it. */
  kafkaName(topic: string): string;

  append(topic: string, records: readonly HeadedRecord[]): Promise<readonly Position[]>;
  /**
   * Into a partition of the caller's choice. Resolves with the offset of the first record; the others follow without a hole, in one batch,
   * which must not be larger than the topic allows.
   */
  appendTo(topic: string, partition: number, records: readonly HeadedRecord[]): Promise<bigint>;
  /** Committed records only. */
  read(
    topic: string,
    partition: number,
    from: bigint,
    options: ReadOptions,
  ): AsyncIterable<readonly StoredHeadedRecord[]>;
  /** Own appends at once; what others wrote, and what was committed, within about a second. */
  onAppended(topic: string, listener: () => void): () => void;
}

const BYTES_IN_FLIGHT_MAX = 64 * 1024 * 1024;

const OPEN_WITHIN_MS = 15_000;

/** Rejects with READ_ONLY where no broker answers, with BAD_CONFIG where they refuse our credentials. */
export async function openKafkaLog(options: KafkaLogOptions): Promise<KafkaLog> {
  const parts = await openParts(options);
  return {
    contiguousOffsets: false,
    clusterId: parts.brokers.clusterId,
    createTopic: async (spec) => {
      const { brokers, prefix, replication } = parts;
      keep(parts, await ensureTopic(brokers, spec, { prefix, replication }));
    },
    adoptTopic: async (topic) => keep(parts, await adoptTopic(parts.brokers, topic)),
    kafkaName: (topic) => topicOf(parts, topic).name,
    topics: () => [...parts.topics.values()].map(({ spec }) => spec),
    append: async (topic, records) => append(parts, topicOf(parts, topic), records),
    appendTo: async (topic, partition, records) => appendTo(parts, topicOf(parts, topic), partition, records),
    read: (topic, partition, from, read) => readPartition(readerSource(parts, topic, partition), from, read),
    ends: async (topic) => {
      const { name } = topicOf(parts, topic);
      return await untilAnswered(() => parts.ends.of(name), ENDS_DEADLINE_MS);
    },
    onAppended: (topic, listener) => parts.news.subscribe(topicOf(parts, topic).name, listener),
    health: () => parts.health.now(),
    close: () => close(parts),
  };
}

/** As long as an append waits at most. */
const ENDS_DEADLINE_MS = 6_000;

interface Parts {
  readonly brokers: Brokers;
  readonly prefix: string;
  readonly replication: number | null;
  readonly topics: Map<string, KafkaTopic>;
  readonly writers: Map<string, PartitionWriter>;
  readonly writerSource: WriterSource;
  readonly ends: Ends;
  readonly news: News;
  readonly health: Health;
  readonly closed: AbortController;
  readonly bytesInFlightMax: number;
  bytesInFlight: number;
}

async function openParts(options: KafkaLogOptions): Promise<Parts> {
  const { prefix = '', replication = null, clock = systemClock, openWithinMs = OPEN_WITHIN_MS } = options;
  const settings = await kafkaConnectionSettings(options);
  const warn = (message: string, facts: object) => settings.logger.warn(facts, message);
  const brokers = new Brokers(settings);
  try {
    const topics = new Map(await untilAnswered(() => listTopics(brokers, prefix), openWithinMs));
    const ends = new Ends(brokers);
    const health = new Health(clock, warn);
    const news = new News({ brokers, ends, health, warn });
    const writerSource: WriterSource = {
      brokers,
      clock,
      onWritten: (topic) => news.announce(topic),
      onWritable: (writer, reason) => health.set(writer, reason),
    };
    return {
      brokers,
      prefix,
      replication,
      topics,
      writers: new Map(),
      writerSource,
      ends,
      news,
      health,
      closed: heardByEveryRead(),
      bytesInFlightMax: options.bytesInFlightMax ?? BYTES_IN_FLIGHT_MAX,
      bytesInFlight: 0,
    };
  } catch (error) {
    brokers.close();
    throw error;
  }
}

/** As many listen to it as there are reads, and that is no leak. */
function heardByEveryRead(): AbortController {
  const closed = new AbortController();
  setMaxListeners(0, closed.signal);
  return closed;
}

function keep(parts: Parts, topic: KafkaTopic): TopicSpec {
  parts.topics.set(topic.spec.topic, topic);
  return topic.spec;
}

function topicOf(parts: Parts, topic: string): KafkaTopic {
  const found = parts.topics.get(topic);
  invariant(found !== undefined, `topic ${topic} was not made`);
  return found;
}

async function append(parts: Parts, topic: KafkaTopic, records: readonly HeadedRecord[]): Promise<readonly Position[]> {
  if (records.length === 0) return [];
  return await whileInFlight(parts, records, async () => {
    const positions: Position[] = [];
    const byPartition = indicesByPartition(records, topic.spec.partitions);
    const written = [...byPartition].flatMap(([partition, indices]) => {
      const writer = writerOf(parts, topic, partition);
      return piecesOf(records, indices).map(async (piece) => {
        const baseOffset = await writer.write(piece.map((i) => records[i] as HeadedRecord));
        for (const [n, i] of piece.entries()) {
          positions[i] = { topic: topic.spec.topic, partition, offset: baseOffset + BigInt(n) };
        }
      });
    });
    await allSettled(written);
    return positions;
  });
}

function indicesByPartition(records: readonly HeadedRecord[], partitions: number): ReadonlyMap<number, number[]> {
  const indices = new Map<number, number[]>();
  for (const [i, { key }] of records.entries()) {
    const partition = partitionOf(key, partitions);
    const others = indices.get(partition);
    if (others === undefined) indices.set(partition, [i]);
    else others.push(i);
  }
  return indices;
}

async function appendTo(
  parts: Parts,
  topic: KafkaTopic,
  partition: number,
  records: readonly HeadedRecord[],
): Promise<bigint> {
  invariant(records.length > 0, 'expected records to append');
  return await whileInFlight(parts, records, () => writerOf(parts, topic, partition).write(records));
}

/** One failure fails the call, and only when all of it is settled: until then its bytes are in use. */
async function allSettled(written: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(written);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function whileInFlight<Result>(
  parts: Parts,
  records: readonly HeadedRecord[],
  write: () => Promise<Result>,
): Promise<Result> {
  const bytes = records.reduce((sum, { key, value }) => sum + key.length + value.byteLength, 0);
  const refusal = reasonToRefuse(parts, bytes);
  if (refusal !== null) throw refusal;
  parts.bytesInFlight += bytes;
  try {
    return await write();
  } finally {
    parts.bytesInFlight -= bytes;
  }
}

/** A second: a stop takes less, and a start is ready in a few. */
const CLOSING_RETRY_MS = 1_000;
/** A tenth of a second: at 100 MB/s of network, 10 MB of what is in flight are gone by then. */
const OVERLOADED_RETRY_MS = 100;

function reasonToRefuse({ closed, bytesInFlight, bytesInFlightMax }: Parts, bytes: number): LakegateError | null {
  if (closed.signal.aborted) {
    return new LakegateError({ code: 'OVERLOADED', message: 'The log is closing.', retryAfterMs: CLOSING_RETRY_MS });
  }
  if (bytesInFlight === 0 || bytesInFlight + bytes <= bytesInFlightMax) return null;
  return new LakegateError({
    code: 'OVERLOADED',
    message: `More is arriving than Kafka takes: ${bytesInFlight} bytes are waiting to become durable. Slow down and send again.`,
    facts: { bytesInFlight, bytesInFlightMax, bytes },
    retryAfterMs: OVERLOADED_RETRY_MS,
  });
}

function writerOf(parts: Parts, { name, spec, brokerTime }: KafkaTopic, partition: number): PartitionWriter {
  checkPartition(spec, partition);
  const key = `${name}/${partition}`;
  const writer =
    parts.writers.get(key) ?? new PartitionWriter(parts.writerSource, { topic: name, partition, brokerTime });
  parts.writers.set(key, writer);
  return writer;
}

function readerSource(parts: Parts, topic: string, partition: number) {
  const { name, spec } = topicOf(parts, topic);
  checkPartition(spec, partition);
  return { brokers: parts.brokers, topic: name, partition, closed: parts.closed.signal };
}

function checkPartition({ topic, partitions }: TopicSpec, partition: number): void {
  invariant(partition >= 0 && partition < partitions, `topic ${topic} has no partition ${partition}`);
}

async function close(parts: Parts): Promise<void> {
  parts.closed.abort();
  await Promise.all([...parts.writers.values()].map((writer) => writer.close()));
  parts.brokers.close();
  await parts.news.close();
}

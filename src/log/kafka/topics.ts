import { LakegateError } from '../../platform/errors.ts';
import type { TopicSpec } from '../log.ts';
import type { Brokers } from './brokers.ts';
import { BEST_COMPRESSION } from './codecs.ts';
import { throwIfRefused, untilAnswered } from './kafka-away.ts';
import { createTopic } from './requests/create-topic.ts';
import type { TopicMetadata } from './requests/metadata.ts';
import { configureTopic, describeTopics, type TopicConfig } from './requests/topic-config.ts';

export interface KafkaTopicSpec extends TopicSpec {
  /** Default delete: old records go. Compact: of each key the last one stays. */
  readonly cleanup?: 'delete' | 'compact';
  /**
   * What Kafka keeps as the time of a record, and lets old ones go by. Default log-append: when the broker took it; what the record says of
   * its own time stays too, in a header. Create: the record's own, which lets go of a late record soon.
   */
  readonly timestamps?: 'log-append' | 'create';
  /** The largest batch, compressed, and so the largest record. Default 8 MiB. */
  readonly batchBytesMax?: number;
  /** Any other setting of Kafka's, used when the topic is made. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A topic that is there. */
export interface KafkaTopic {
  /** As the log calls it, without the prefix. */
  readonly spec: TopicSpec;
  /** As Kafka calls it. */
  readonly name: string;
  /** The broker writes its own time over that of each record. */
  readonly brokerTime: boolean;
}

const BATCH_BYTES_MAX = 8 * 1024 * 1024;

/** A topic has leaders after some seconds; when a busy cluster makes those of all kinds together, some have waited for half a minute. */
const TOPIC_DEADLINE_MS = 60_000;

/**
 * Makes the topic, or checks the one there: as many partitions, the same way of cleaning up. What keeps less than asked (time, size) is raised,
 * what keeps more is left as it is: somebody may have wanted it. Several may do this at once.
 */
export async function ensureTopic(
  brokers: Brokers,
  spec: KafkaTopicSpec,
  made: { readonly prefix: string; readonly replication: number | null },
): Promise<KafkaTopic> {
  const name = made.prefix + spec.topic;
  return await untilAnswered(async () => {
    const there = await findTopic(brokers, name);
    if (there === null) await makeTopic(brokers, name, spec, made.replication);
    const found = there ?? (await findTopic(brokers, name));
    if (found === null || !hasLeaders(found)) throw new Error(`topic ${name} has no leaders yet`);
    return await check(brokers, name, spec, found);
  }, TOPIC_DEADLINE_MS);
}

/** A topic of somebody else's, by its own name: it is never made and never changed. */
export async function adoptTopic(brokers: Brokers, name: string): Promise<KafkaTopic> {
  return await untilAnswered(async () => {
    const found = await findTopic(brokers, name);
    if (found === null) throw badTopic(name, 'does not exist; whoever writes to it must make it');
    return (await describe(brokers, [found], '')).get(name) ?? neverDescribed(name);
  }, TOPIC_DEADLINE_MS);
}

/** All whose names begin with the prefix, by their names without it. */
export async function listTopics(brokers: Brokers, prefix: string): Promise<ReadonlyMap<string, KafkaTopic>> {
  const all = await brokers.topics('all');
  return await describe(
    brokers,
    all.filter(({ topic, internal, errorCode }) => errorCode === 0 && !internal && topic.startsWith(prefix)),
    prefix,
  );
}

const UNKNOWN_TOPIC = 3;
const ALREADY_EXISTS = 36;

async function findTopic(brokers: Brokers, name: string): Promise<TopicMetadata | null> {
  const [found] = await brokers.topics([name]);
  if (found === undefined || found.errorCode === UNKNOWN_TOPIC) return null;
  throwIfRefused(found.errorCode, `telling about ${name}`);
  return found;
}

function hasLeaders({ partitions }: TopicMetadata): boolean {
  return partitions.length > 0 && partitions.every(({ leader }) => leader >= 0);
}

/** Three copies where there are three brokers: one may go and nothing stops. */
const REPLICATION_MAX = 3;

async function makeTopic(brokers: Brokers, name: string, spec: KafkaTopicSpec, asked: number | null): Promise<void> {
  const replication = asked ?? Math.min(REPLICATION_MAX, (await brokers.nodeIds()).length);
  const topic = { topic: name, partitions: spec.partitions, replication, config: configOf(spec, replication) };
  const { errorCode, reason } = await brokers.sendToAny(createTopic(topic, MAKING_TIMEOUT_MS), 2 * MAKING_TIMEOUT_MS);
  if (errorCode !== ALREADY_EXISTS) throwIfRefused(errorCode, `to make ${name}`, reason);
}

const MAKING_TIMEOUT_MS = 5_000;

function configOf(spec: KafkaTopicSpec, replication: number): Record<string, string> {
  const { cleanup = 'delete', timestamps = 'log-append', batchBytesMax = BATCH_BYTES_MAX, retentionMs } = spec;
  return {
    'cleanup.policy': cleanup,
    'retention.ms': `${retentionMs ?? -1}`,
    'message.timestamp.type': timestamps === 'create' ? 'CreateTime' : 'LogAppendTime',
    'max.message.bytes': `${batchBytesMax}`,
    // Others may write with what we cannot read: the broker then compresses anew. What comes so already is left as it is.
    'compression.type': BEST_COMPRESSION,
    // A replica that fell behind may not become leader: it would not have what was acknowledged.
    'unclean.leader.election.enable': 'false',
    // What is acknowledged is on two brokers at least, so that one may be lost.
    ...(replication >= REPLICATION_MAX ? { 'min.insync.replicas': '2' } : {}),
    // Kafka refuses times an hour ahead otherwise; what is too far ahead is decided by whoever knows what the time means.
    ...(timestamps === 'create' ? { 'message.timestamp.after.max.ms': `${Number.MAX_SAFE_INTEGER}` } : {}),
    ...(cleanup === 'compact' ? COMPACT_SOON : {}),
    ...spec.config,
  };
}

/** Only closed segments are compacted: with a day of a few keys in one, whoever starts would read the whole day to know them. */
const COMPACT_SOON = { 'segment.ms': '600000', 'min.cleanable.dirty.ratio': '0.1' };

const CHECKED = ['cleanup.policy', 'retention.ms', 'message.timestamp.type', 'max.message.bytes'] as const;

async function check(brokers: Brokers, name: string, spec: KafkaTopicSpec, found: TopicMetadata): Promise<KafkaTopic> {
  if (found.partitions.length !== spec.partitions) {
    throw badTopic(name, `has ${found.partitions.length} partitions, and ${spec.partitions} are wanted`);
  }
  const config = (await brokers.sendToAny(describeTopics([name], CHECKED))).get(name) ?? {};
  const cleanup = spec.cleanup ?? 'delete';
  if (config['cleanup.policy'] !== cleanup) {
    throw badTopic(name, `has cleanup.policy=${config['cleanup.policy']}, and ${cleanup} is wanted`);
  }
  const raised = settingsToRaise(spec, config);
  if (Object.keys(raised).length > 0) {
    const { errorCode, reason } = await brokers.sendToAny(configureTopic(name, raised));
    throwIfRefused(errorCode, `to set ${JSON.stringify(raised)} of ${name}`, reason);
  }
  return openTopic(spec.topic, found, { ...config, ...raised });
}

function settingsToRaise(spec: KafkaTopicSpec, config: TopicConfig): Record<string, string> {
  const wanted = configOf(spec, 1);
  const [has, wants] = [retentionOf(config), spec.retentionMs];
  const tooShort = has !== null && (wants === null || has < wants);
  const tooSmall = Number(config['max.message.bytes']) < Number(wanted['max.message.bytes']);
  const otherTime = config['message.timestamp.type'] !== wanted['message.timestamp.type'];
  const raised = [
    ...(tooShort ? ['retention.ms'] : []),
    ...(tooSmall ? ['max.message.bytes'] : []),
    ...(otherTime ? ['message.timestamp.type', 'message.timestamp.after.max.ms'] : []),
  ];
  return Object.fromEntries(raised.flatMap((key) => (wanted[key] === undefined ? [] : [[key, wanted[key]]])));
}

/** Null keeps for ever. */
function retentionOf(config: TopicConfig): number | null {
  const retentionMs = Number(config['retention.ms'] ?? -1);
  return retentionMs < 0 ? null : retentionMs;
}

async function describe(
  brokers: Brokers,
  found: readonly TopicMetadata[],
  prefix: string,
): Promise<ReadonlyMap<string, KafkaTopic>> {
  if (found.length === 0) return new Map();
  const names = found.map(({ topic }) => topic);
  const configs = await brokers.sendToAny(describeTopics(names, CHECKED));
  return new Map(
    found.map((metadata) => {
      const topic = metadata.topic.slice(prefix.length);
      return [topic, openTopic(topic, metadata, configs.get(metadata.topic) ?? {})];
    }),
  );
}

function openTopic(topic: string, { topic: name, partitions }: TopicMetadata, config: TopicConfig): KafkaTopic {
  return {
    name,
    spec: { topic, partitions: partitions.length, retentionMs: retentionOf(config) },
    brokerTime: config['message.timestamp.type'] === 'LogAppendTime',
  };
}

function badTopic(name: string, what: string): LakegateError {
  return new LakegateError({
    code: 'BAD_CONFIG',
    message: `The topic ${name} ${what}.`,
    facts: { topic: name },
  });
}

function neverDescribed(name: string): never {
  throw new Error(`Kafka tells nothing about ${name}`);
}

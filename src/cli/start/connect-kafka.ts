import { openAdmissionTopics } from '../../ingest/kafka/admission-topics.ts';
import { type KafkaGroups, openKafkaGroups } from '../../log/kafka-groups.ts';
import { type KafkaLog, type KafkaLogOptions, openKafkaLog } from '../../log/kafka-log.ts';
import type { KafkaWorkOptions } from '../../log/kafka-work.ts';
import { controlTopics } from '../../model/jobs/job-command.ts';
import { streamTopics } from '../../model/streams/stream-topics.ts';
import type { KafkaConfig } from '../../platform/config.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { claimsKeptMs } from './claims-kept.ts';
import type { StartContext } from './pipeline.ts';

/** Kafka as this process reaches it, with every topic there. */
export interface ConnectedKafka {
  readonly log: KafkaLog;
  readonly groups: KafkaGroups;
  /** For whoever makes connections of its own. */
  readonly connection: KafkaWorkOptions;
}

export async function connectKafka(context: StartContext, kafka: KafkaConfig): Promise<ConnectedKafka> {
  const { lifecycle, config, logger, model } = context;
  const reached = connectionOptions(kafka, logger);
  const log = await lifecycle.start(
    'log',
    () => openLog({ ...reached, ...replicationOf(kafka), openWithinMs: KAFKA_PATIENCE_MS }),
    (each) => each.close(),
  );
  await openAdmissionTopics(log, model, { partitions: config.partitions, claimsKeptMs: claimsKeptMs(config, model) });
  await Promise.all([...streamTopics(config.partitions), ...controlTopics()].map((topic) => log.createTopic(topic)));
  const connection = { ...reached, kafkaName: log.kafkaName };
  const groups = await lifecycle.start(
    'groups',
    () => openKafkaGroups(connection),
    (each) => each.close(),
  );
  return { log, groups, connection };
}

/** Brokers that are started at the same time as we are, by the same hand, are there after half of it. */
const KAFKA_PATIENCE_MS = 60_000;
/** Silence for longer than this looks like a hang. */
const SAY_AFTER_MS = 3_000;

async function openLog(options: KafkaLogOptions): Promise<KafkaLog> {
  const brokers = options.brokers.join(', ');
  const saying = setTimeout(() => options.logger?.warn({ brokers }, 'waiting for Kafka'), SAY_AFTER_MS);
  try {
    return await openKafkaLog(options);
  } catch (error) {
    if (!(error instanceof LakegateError) || error.code !== 'READ_ONLY') throw error;
    throw new LakegateError({
      code: 'READ_ONLY',
      message: `LAKEGATE_KAFKA_BROKERS: expected Kafka to answer at ${brokers} within ${KAFKA_PATIENCE_MS / 1000} s, and nobody did. Nothing was started.`,
      facts: error.facts,
      cause: error,
    });
  } finally {
    clearTimeout(saying);
  }
}

/** Nothing where nobody said: the log knows how many brokers there are. */
function replicationOf({ replication }: KafkaConfig): Pick<KafkaLogOptions, 'replication'> {
  return replication === null ? {} : { replication };
}

function connectionOptions({ brokers, prefix, tls, sasl }: KafkaConfig, logger: Logger): KafkaWorkOptions {
  return {
    brokers,
    prefix,
    clientId: 'lakegate',
    logger,
    ...(tls === null ? {} : { tls: tls.caFile === null ? true : { caFile: tls.caFile } }),
    ...(sasl === null ? {} : { sasl }),
  };
}

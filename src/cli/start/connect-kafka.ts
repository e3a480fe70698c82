import { openAdmissionTopics } from '../../ingest/kafka/admission-topics.ts';
import { type KafkaGroups, openKafkaGroups } from '../../log/kafka-groups.ts';
import { type KafkaLog, openKafkaLog } from '../../log/kafka-log.ts';
import type { KafkaWorkOptions } from '../../log/kafka-work.ts';
import type { KafkaConfig } from '../../platform/config.ts';
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
    () => openKafkaLog({ ...reached, replication: kafka.replication }),
    (each) => each.close(),
  );
  await openAdmissionTopics(log, model, { partitions: config.partitions, claimsKeptMs: claimsKeptMs(config) });
  const connection = { ...reached, kafkaName: log.kafkaName };
  const groups = await lifecycle.start(
    'groups',
    () => openKafkaGroups(connection),
    (each) => each.close(),
  );
  return { log, groups, connection };
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

import { systemClock } from '../../platform/clock.ts';
import type { KafkaConfig } from '../../platform/config.ts';
import { LakegateError } from '../../platform/errors.ts';
import { bindToLog, kafkaLogName } from '../../warehouse/bind-to-log.ts';
import { type KafkaLoading, startKafkaLoading } from '../../warehouse/kafka/kafka-loading.ts';
import { type KafkaTables, kafkaTables } from '../../warehouse/kafka/kafka-tables.ts';
import { QueueTables, type QueueTablesOptions } from '../../warehouse/kafka/queue-tables.ts';
import type { LoadTarget } from '../../warehouse/load/load-target.ts';
import { loadTargets } from '../../warehouse/load/load-targets.ts';
import type { Migration } from '../../warehouse/migrate.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { ConnectedKafka } from './connect-kafka.ts';
import { migrateWarehouse } from './migrate-warehouse.ts';
import type { StartContext } from './pipeline.ts';

/** A warehouse that reads Kafka by itself, with its tables there. */
export interface KafkaWarehouse extends KafkaTables {
  readonly warehouse: Warehouse;
  readonly targets: readonly LoadTarget[];
  readonly migrations: readonly Migration[];
}

export async function openKafkaWarehouse(
  context: StartContext,
  { log, groups }: ConnectedKafka,
  warehouse: Warehouse,
): Promise<KafkaWarehouse> {
  const migrations = await migrateWarehouse(warehouse, context);
  await bindToLog(warehouse, kafkaLogName({ clusterId: log.clusterId, prefix: context.config.kafka?.prefix ?? '' }));
  const targets = loadTargets(context.model.kinds);
  return {
    ...kafkaTables({ warehouse, groups, targets, cluster: context.config.clickhouse.cluster }),
    warehouse,
    targets,
    migrations,
  };
}

/** This process sees to it that the warehouse reads, and that its tables are right when it does. */
export async function startLoading(
  context: StartContext,
  kafka: ConnectedKafka,
  { warehouse, targets, migrations }: KafkaWarehouse,
): Promise<KafkaLoading> {
  const { lifecycle, config, logger } = context;
  const { log, groups } = kafka;
  const keeper = await findKeeper(context, warehouse);
  const consumers = keeper === null ? 1 : KEEPER_CONSUMERS;
  const queues = new QueueTables({
    warehouse,
    migrations,
    brokers: config.clickhouse.kafkaBrokers,
    prefix: config.kafka?.prefix ?? '',
    kafkaName: log.kafkaName,
    keeper,
    consumers,
    security: config.kafka === null ? null : queueSecurity(config.kafka),
    cluster: config.clickhouse.cluster,
  });
  // An engine of our own ends with us; a server reads on, and whoever else has the role may take over.
  const closeAtStop = config.clickhouse.url === null;
  const turn = closeAtStop ? null : groups.takeTurns(LOADER_GROUP);
  return lifecycle.start(
    'loader',
    () =>
      startKafkaLoading({
        log,
        warehouse,
        targets,
        queues,
        groups,
        logger,
        clock: systemClock,
        consumers,
        closeAtStop,
        // Replicated tables commit a token and its part together, and mending knows tables of one server.
        verifies: config.clickhouse.cluster === null,
        ...(turn === null ? {} : { turn }),
      }),
    async (each) => {
      await each.stop(config.stopDeadlineMs / 2);
      await turn?.leave();
    },
  );
}

/** Those that see to the loading of one server: one at a time does. */
const LOADER_GROUP = 'lakegate-loader';

/**
 * Of each queue table. Without Keeper one consumer takes all partitions into one insert. With Keeper an insert is of one partition and costs some round
 * trips, one after another: with four partitions an event was a row after 284 ms (p50) with one consumer, after 134 with two, and 190 with four.
 */
const KEEPER_CONSUMERS = 2;

type Keeper = QueueTablesOptions['keeper'];

/** Of an engine of our own the settings say it; a server has its own in its configuration, or none. */
async function findKeeper({ config }: StartContext, warehouse: Warehouse): Promise<Keeper> {
  if (config.clickhouse.url === null) {
    return config.clickhouse.keeper.length === 0 ? null : { root: KEEPER_ROOT, replica: 'embedded' };
  }
  try {
    await warehouse.query("SELECT count() FROM system.zookeeper WHERE path = '/'");
  } catch (error) {
    // The table is not there, or nothing answers behind it: ClickHouse has said so itself.
    if (error instanceof LakegateError && error.facts.clickhouseCode !== undefined) return null;
    throw error;
  }
  const { rows } = await warehouse.query("SELECT 1 FROM system.macros WHERE macro = 'replica'");
  return { root: KEEPER_ROOT, replica: rows.length === 0 ? 'server' : '{replica}' };
}

const KEEPER_ROOT = '/lakegate';

function queueSecurity({ tls, sasl }: KafkaConfig): QueueTablesOptions['security'] {
  if (tls === null && sasl === null) return null;
  // ClickHouse's client of Kafka wants the mechanism in capitals.
  const login = sasl === null ? null : { ...sasl, mechanism: sasl.mechanism.toUpperCase() };
  return { encrypted: tls !== null, login };
}
